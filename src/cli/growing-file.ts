import { closeSync, openSync, readSync } from 'node:fs';

/** Bytes read at once. */
const CHUNK_BYTES = 256 * 1024;
/** A line without end is shown in pieces of this size. */
const LINE_BYTES = 64 * 1024;

/** Reads a log that grows. Nothing when it is not there (yet). */
export class GrowingFile {
  readonly #path: string;
  #offset = 0;
  #rest = Buffer.alloc(0);

  constructor(path: string) {
    this.#path = path;
  }

  /** What was added since the last call. */
  *chunks(): Generator<Buffer> {
    const fd = open(this.#path);
    if (fd === null) return;
    try {
      for (;;) {
        const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
        const bytes = readSync(fd, chunk, 0, CHUNK_BYTES, this.#offset);
        if (bytes === 0) return;
        this.#offset += bytes;
        yield chunk.subarray(0, bytes);
      }
    } finally {
      closeSync(fd);
    }
  }

  /** The lines that were added since the last call, without their ends. `flush`: an unfinished one, too. */
  *lines(flush: boolean): Generator<string> {
    for (const chunk of this.chunks()) {
      let text = Buffer.concat([this.#rest, chunk]);
      for (let end = text.indexOf(10); end >= 0 || text.length > LINE_BYTES; end = text.indexOf(10)) {
        const length = end >= 0 && end <= LINE_BYTES ? end : LINE_BYTES;
        yield text.toString('utf8', 0, length);
        text = text.subarray(length === end ? end + 1 : length);
      }
      this.#rest = text;
    }
    if (!flush || this.#rest.length === 0) return;
    yield this.#rest.toString('utf8');
    this.#rest = Buffer.alloc(0);
  }
}

function open(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
