import { Writable } from 'node:stream';

/** A stream that keeps what is written to it; as a terminal it has no colours. */
export function sink(isTTY: boolean): { stream: NodeJS.WritableStream; written: () => Buffer } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write: (chunk, _, done) => {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY, getColorDepth: () => 1 }), written: () => Buffer.concat(chunks) };
}
