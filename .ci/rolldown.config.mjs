import { spawnSync } from 'node:child_process';
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

export default {
  input: { main: 'src/entry.ts' },
  platform: 'node',
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
  },
};
