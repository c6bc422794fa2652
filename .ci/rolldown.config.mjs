import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const notShipped = fileURLToPath(new URL('not-shipped.cjs', import.meta.url));

/** The commit that is built, for `--version`. Empty without git. */
const git = (...args) => spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout?.trim() ?? '';
const root = fileURLToPath(new URL('..', import.meta.url));
const commit = git('rev-parse', '--short=10', 'HEAD');
const isChanged = commit !== '' && git('status', '--porcelain', '--', 'src', 'streams', 'package.json') !== '';

export default {
  input: { main: 'src/entry.ts' },
  platform: 'node',
  resolve: { alias: { '@grpc/grpc-js': notShipped, '@grpc/proto-loader': notShipped, ssh2: notShipped } },
  transform: { define: { BUILT_FROM: JSON.stringify(isChanged ? `${commit}, changed` : commit) } },
  output: { dir: 'dist', format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js', minify: false, sourcemap: false },
};
