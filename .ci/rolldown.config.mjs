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
 * What is used most is loaded from one file each, because each costs Node half a millisecond: what
 * all commands need, what reads a state, what `dogwatch status` loads besides, how all others are
 * called, what it says of an empty state, and what the watchdog does.
 */
const STARTS = {
  version: ['src/version.ts'],
  // On its own: what is loaded before it makes the heap grow.
  heap: ['src/system/small-heap.ts'],
  base: ['src/main.ts'],
  state: ['src/store/with-reader.ts', 'src/cli/client/state-layout.ts'],
  status: ['src/cli/status/shown.ts'],
  program: ['src/program.ts'],
  nothing: ['src/cli/status/state-place.ts'],
  watchdog: ['src/cli/watch/run-watchdog.ts'],
};
/** What both need is in `base`: neither loads the other. */
const APART = [['status', 'state'], ['program']];
/** Module → the file that it is loaded from. */
const placed = new Map();

/** All modules that these import statically, and themselves. */
function reached(ids, context, found = new Set()) {
  for (const id of ids) {
    const module = context.getModuleInfo(id);
    if (module === null || found.has(id)) continue;
    found.add(id);
    reached(module.importedIds, context, found);
  }
  return found;
}

const WIDTH = 'export default function stringWidth(';
const PATTERN = /^const (\w+) = \/(.+)\/(\w*);$/gm;
/** The same module, which does nothing until a width is asked for. A pattern is read by V8 with the text around it. */
function lateWidth(code) {
  const imports = code.match(/^import .*$/gm) ?? [];
  if (imports.length !== 2 || code.split(WIDTH).length !== 2) throw new Error(`expected two imports and ${WIDTH} in string-width`);
  const body = code
    .replace(/^import .*$/gm, '')
    .replace(PATTERN, (_, name, source, flags) => `const ${name} = new RegExp(${JSON.stringify(source)}, ${JSON.stringify(flags)});`)
    .replace(WIDTH, 'return function stringWidth(');
  return `${imports.join('\n')}\nlet made;\nfunction make() {${body}}\nexport default (...args) => (made ??= make())(...args);\n`;
}
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
      // For Node their packages only offer CommonJS, of which nothing can be left out, and which needs
      // a file more.
      rxjs: join(root, 'node_modules/rxjs/dist/esm/index.js'),
      'fastest-levenshtein': join(root, 'node_modules/fastest-levenshtein/esm/mod.js'),
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
        const from = (...names) =>
          reached(
            names.flatMap((name) => STARTS[name]).map((start) => join(root, start)),
            this,
          );
        const place = (name, ids) => {
          for (const id of ids) if (!placed.has(id)) placed.set(id, name);
        };
        const [one, other] = APART.map((names) => from(...names));
        for (const name of Object.keys(STARTS)) {
          place(name, from(name));
          if (name === 'base') place(name, one.intersection(other));
        }
      },
    },
    {
      // Its segmenter and patterns load 3 MB of Unicode tables, and most texts are ASCII.
      name: 'late-width',
      transform: {
        filter: { id: /\/string-width\/index\.js$/ },
        handler: lateWidth,
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
