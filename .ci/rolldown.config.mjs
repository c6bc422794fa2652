import { spawnSync } from 'node:child_process';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const notShipped = fileURLToPath(new URL('not-shipped.cjs', import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));

/** The commit that is built, for `--version`. Empty without git. */
const git = (...args) => spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout?.trim() ?? '';
const commit = git('rev-parse', '--short=10', 'HEAD');
const isChanged = commit !== '' && git('status', '--porcelain', '--', 'src', 'streams', 'package.json') !== '';

/**
 * Makes a text pure ASCII. V8 keeps a source with any other character in two bytes each, for as
 * long as the process lives.
 */
const ascii = (code) => code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
/** In a raw template, and after a backslash, an escape would be another text. */
const AMBIGUOUS = /\braw`[^`]*[^\0-\x7f`][^`]*`|(?<!\\)(?:\\\\)*\\[^\0-\x7f]/;

/**
 * What is used most is loaded from one file each, because each costs Node half a millisecond: how
 * all commands are called, what reads a state, what `dogwatch status` loads besides, and what the
 * watchdog does.
 */
const STARTS = {
  version: ['src/version.ts'],
  // On its own: what is loaded before it makes the heap grow.
  heap: ['src/system/small-heap.ts'],
  base: ['src/main.ts'],
  state: ['src/store/with-reader.ts', 'src/cli/client/state-layout.ts'],
  status: ['src/cli/status/shown.ts'],
  watchdog: ['src/cli/watch/run-watchdog.ts'],
};
/** Module → the file that it is loaded from. */
const placed = new Map();

/** Notes all modules that these import statically, unless they have a place. */
function place(name, ids, context) {
  for (const id of ids) {
    const module = context.getModuleInfo(id);
    if (module === null || placed.has(id)) continue;
    placed.set(id, name);
    place(name, module.importedIds, context);
  }
}

const SEGMENTER = 'const segmenter = new Intl.Segmenter();';
const LATE_SEGMENTER = 'let made; const segmenter = { segment: (text) => (made ??= new Intl.Segmenter()).segment(text) };';
const IMPORT = /^import (?:(?:\* as )?([\w$]+)(?:, )?)?(?:\{ ([^}]+) \})? ?from "((?:node:)?[a-z_0-9/]+)";$/gm;

/** Modules of Node that take several ms to load, and of which few commands need anything. */
const LATE = ['node:crypto', 'node:zlib'];

/** The named import of a function as one that loads its module when it is called. */
function late(part, name) {
  const [own, alias = own] = part.split(' as ');
  if (!/^[a-z]/.test(own) || typeof process.getBuiltinModule(name)[own] !== 'function') return null;
  return `const ${alias} = (...args) => process.getBuiltinModule(${JSON.stringify(name)}).${own}(...args);`;
}

function importBuiltin(statement, whole, parts, name) {
  if (!isBuiltin(name)) return statement;
  if (LATE.includes(name) && whole === undefined && parts !== undefined) {
    const functions = parts.split(', ').map((part) => late(part, name));
    if (!functions.includes(null)) return functions.join(' ');
  }
  const module = `process.getBuiltinModule(${JSON.stringify(name)})`;
  const named = parts === undefined ? [] : [`const { ${parts.replaceAll(' as ', ': ')} } = ${module};`];
  return [...(whole === undefined ? [] : [`const ${whole} = ${module};`]), ...named].join(' ');
}

export default {
  input: { main: 'src/entry.ts' },
  platform: 'node',
  preserveEntrySignatures: false,
  // What is in such a file anyway may still be imported late by others.
  checks: { ineffectiveDynamicImport: false },
  resolve: {
    alias: {
      // For Node its package only offers CommonJS, of which nothing can be left out.
      rxjs: join(root, 'node_modules/rxjs/dist/esm/index.js'),
      '@grpc/grpc-js': notShipped,
      '@grpc/proto-loader': notShipped,
      ssh2: notShipped,
    },
  },
  transform: { define: { BUILT_FROM: JSON.stringify(isChanged ? `${commit}, changed` : commit) } },
  plugins: [
    {
      name: 'few-files',
      buildEnd() {
        for (const [name, starts] of Object.entries(STARTS))
          place(
            name,
            starts.map((start) => join(root, start)),
            this,
          );
      },
    },
    {
      // A segmenter loads 3 MB of Unicode tables, and most texts are ASCII.
      name: 'late-segmenter',
      transform: {
        filter: { id: /\/string-width\/index\.js$/ },
        handler(code) {
          if (!code.includes(SEGMENTER)) throw new Error(`expected ${SEGMENTER} in string-width`);
          return code.replace(SEGMENTER, LATE_SEGMENTER);
        },
      },
    },
    {
      // Importing a module of Node reads all its exports, and some of them load much more.
      name: 'builtins',
      renderChunk: (code) => ({ code: code.replace(IMPORT, importBuiltin), map: null }),
    },
    {
      name: 'ascii',
      renderChunk(code, { fileName }) {
        const found = AMBIGUOUS.exec(code);
        if (found !== null) throw new Error(`${fileName}: expected only ASCII in raw templates and after a backslash, got ${found[0]}`);
        return { code: ascii(code), map: null };
      },
    },
  ],
  output: {
    comments: { legal: true, annotation: false, jsdoc: false },
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    minify: false,
    sourcemap: false,
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: Object.keys(STARTS).map((name) => ({ name, test: (id) => placed.get(id) === name })),
    },
  },
};
