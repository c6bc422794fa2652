import { statSync } from 'node:fs';
import { AttemptLogs } from '../logs/attempt.ts';
import { Lines } from '../logs/output.ts';

/** A log may have gigabytes: its end is read. */
const TAIL_BYTES = 128 * 1024;
const MOST_LINES = 2000;

/** The last lines that a run printed, across its attempts. */
export class LogTail {
  readonly #logs: AttemptLogs;
  readonly #lines: string[] = [];
  readonly #split: Lines;
  #attempt: number;
  #isPartial: boolean;

  /** `path` returns the path of an attempt's log; `tried`: the number of the last attempt. */
  constructor(path: (attempt: number) => string, tried: number) {
    // The last attempt may have said little: the one before is read too.
    this.#attempt = Math.max(1, tried - 1);
    const offset = Math.max(0, (statSync(path(this.#attempt), { throwIfNoEntry: false })?.size ?? 0) - TAIL_BYTES);
    this.#isPartial = offset > 0;
    this.#logs = new AttemptLogs(path, this.#attempt, offset);
    this.#split = new Lines((text) => this.#add(text));
    this.#lines.push(heading(this.#attempt));
  }

  /** The lines after reading what was added, up to this attempt. */
  read(tried: number): readonly string[] {
    for (const { attempt, bytes, skipped } of this.#logs.added(Math.max(tried, this.#attempt))) {
      if (attempt !== this.#attempt) {
        this.#split.endLine();
        this.#attempt = attempt;
        this.#isPartial = false;
        this.#lines.push(heading(attempt));
      }
      if (skipped > 0) this.#split.endLine();
      this.#split.write(bytes);
    }
    if (this.#lines.length > MOST_LINES) this.#lines.splice(0, this.#lines.length - MOST_LINES);
    return this.#lines;
  }

  #add(text: string): void {
    // What is before the first line end is the end of a line; a progress bar overwrites itself.
    if (!this.#isPartial) this.#lines.push(text.replace(/\r+$/, '').replace(/^.*\r/s, ''));
    this.#isPartial = false;
  }
}

const heading = (attempt: number): string => `-- attempt ${attempt} --`;
