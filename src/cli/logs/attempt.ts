import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { endOfHole } from '../../logs/hole.ts';

/** Bytes per read. */
const CHUNK_BYTES = 256 * 1024;

/** Reads the logs of a run's attempts in order, each byte once. */
export class AttemptLogs {
  readonly #path: (attempt: number) => string;
  #attempt: number;
  #offset = 0;

  /** `path` returns the path of an attempt's log; the first one is read from `offset`. */
  constructor(path: (attempt: number) => string, firstAttempt: number, offset = 0) {
    this.#path = path;
    this.#attempt = firstAttempt;
    this.#offset = offset;
  }

  /** The number of the attempt whose log is being read. */
  get attempt(): number {
    return this.#attempt;
  }

  /**
   * Yields what was added since the last call, up to and including the log of attempt `last`. The
   * log of an attempt that was known to have ended before the call is complete.
   */
  *added(last: number): Generator<{ attempt: number; bytes: Buffer; skipped: number }> {
    while (this.#attempt <= last) {
      for (const some of this.#rest()) yield { attempt: this.#attempt, ...some };
      if (this.#attempt === last) return;
      this.#attempt += 1;
      this.#offset = 0;
    }
  }

  /**
   * Reads up to the end at the time of the call: an attempt that writes faster than it is read does
   * not hold up the others.
   */
  *#rest(): Generator<{ bytes: Buffer; skipped: number }> {
    const fd = open(this.#path(this.#attempt));
    if (fd === null) return;
    try {
      const { size } = fstatSync(fd);
      // The file was truncated.
      if (size < this.#offset) this.#offset = 0;
      let inHole: boolean = false;
      while (this.#offset < size) {
        const bytes = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size - this.#offset));
        const read = readSync(fd, bytes, 0, bytes.length, this.#offset);
        if (read === 0) return;
        // Leave a hole after content for the next iteration.
        const hole = bytes.subarray(0, read).indexOf(HOLE);
        const count = hole > 0 ? hole : read;
        this.#offset += count;
        const content = firstContent(bytes.subarray(0, count));
        const skipped: number = content < MIN_HOLE_BYTES && !inHole ? 0 : content;
        inHole = content === count && skipped > 0;
        if (skipped === 0) yield { bytes: bytes.subarray(0, count), skipped };
        else if (content < count) yield { bytes: bytes.subarray(content, count), skipped };
        else {
          const end = Math.max(this.#offset, endOfHole(fd, this.#offset));
          yield { bytes: bytes.subarray(0, 0), skipped: skipped + end - this.#offset };
          this.#offset = end;
        }
      }
    } finally {
      closeSync(fd);
    }
  }
}

/** Shorter runs of NUL bytes are taken for printed ones. */
const MIN_HOLE_BYTES = 4096;
const HOLE = Buffer.alloc(MIN_HOLE_BYTES);

function firstContent(bytes: Buffer): number {
  let at = 0;
  while (at < bytes.length && bytes[at] === 0) at++;
  return at;
}

/** Returns null if the file does not exist yet, or no longer exists. */
function open(path: string): number | null {
  try {
    // If an agent has replaced the log with a pipe, show nothing and do not wait for its writer.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
