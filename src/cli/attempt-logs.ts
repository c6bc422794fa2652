import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Bytes read at once. */
const CHUNK_BYTES = 256 * 1024;

/** The logs of a run's attempts, one after the other, each byte once. */
export class AttemptLogs {
  readonly #path: (attempt: number) => string;
  #attempt: number;
  #offset = 0;

  /** `path`: where the log of an attempt is. */
  constructor(path: (attempt: number) => string, firstAttempt: number) {
    this.#path = path;
    this.#attempt = firstAttempt;
  }

  /** The attempt whose log is being read. */
  get attempt(): number {
    return this.#attempt;
  }

  /** What was added since the last call, up to the log of attempt `last`. What an ended attempt said is whole, where its end was known before the call. */
  *added(last: number): Generator<{ attempt: number; bytes: Buffer }> {
    while (this.#attempt <= last) {
      for (const bytes of this.#rest()) yield { attempt: this.#attempt, bytes };
      if (this.#attempt === last) return;
      this.#attempt += 1;
      this.#offset = 0;
    }
  }

  /** Up to the end that is found at the beginning: an attempt that writes faster than it is read does not hold up the others. */
  *#rest(): Generator<Buffer> {
    const fd = open(this.#path(this.#attempt));
    if (fd === null) return;
    try {
      const { size } = fstatSync(fd);
      // It was emptied.
      if (size < this.#offset) this.#offset = 0;
      while (this.#offset < size) {
        const bytes = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size - this.#offset));
        const count = readSync(fd, bytes, 0, bytes.length, this.#offset);
        if (count === 0) return;
        this.#offset += count;
        yield bytes.subarray(0, count);
      }
    } finally {
      closeSync(fd);
    }
  }
}

/** Null: it is not there yet, or not any more. */
function open(path: string): number | null {
  try {
    // Of a pipe that an agent has put there instead nothing is shown, and nobody waits for its writer.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
