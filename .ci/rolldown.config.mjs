import { fileURLToPath } from 'node:url';

const notShipped = fileURLToPath(new URL('not-shipped.cjs', import.meta.url));

export default {
  input: { main: 'src/main.ts' },
  platform: 'node',
  resolve: { alias: { '@grpc/grpc-js': notShipped, '@grpc/proto-loader': notShipped, ssh2: notShipped } },
  output: { dir: 'dist', format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js', minify: false, sourcemap: false },
};
