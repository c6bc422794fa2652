import { sanitizeForTerminal } from '../../system/text/sanitize.ts';
import type { TimeRange } from '../client/moment.ts';
import { localTime } from '../history/line.ts';
import { jsonText } from '../terminal/json.ts';
import type { LineTime, LineTimes } from './line-times.ts';
import { Lines, type LogOutput } from './output.ts';

/** Which lines are printed, and how. */
export interface LineWishes {
  /** Only this many of the last ones, or null for all. */
  readonly last: number | null;
  readonly range: TimeRange;
  readonly timestamps: boolean;
  readonly json: boolean;
}

interface Line {
  readonly attempt: number;
  readonly text: string;
  readonly time: LineTime;
}

/** Prints single lines of logs with their times. */
export class TimedOutput implements LogOutput {
  readonly #wishes: LineWishes;
  readonly #run: string;
  readonly #timesOf: (attempt: number) => LineTimes;
  readonly #print: (line: string) => void;
  readonly #heading: (attempt: number) => void;
  #attempt = 0;
  #times: LineTimes | null = null;
  #lines: Lines | null = null;
  #offset = 0;
  #headed = 0;
  /** The last lines so far, while not all are printed. */
  #kept: Line[] | null;

  constructor(
    run: string,
    wishes: LineWishes,
    timesOf: (attempt: number) => LineTimes,
    print: (line: string) => void,
    heading: (attempt: number) => void,
  ) {
    this.#run = run;
    this.#wishes = wishes;
    this.#timesOf = timesOf;
    this.#print = print;
    this.#heading = heading;
    this.#kept = wishes.last === null ? null : [];
  }

  /** What is written from now on belongs to this attempt. */
  begin(attempt: number): void {
    if (attempt === this.#attempt) return;
    this.endLine();
    this.#attempt = attempt;
    this.#offset = 0;
    this.#times = this.#timesOf(attempt);
    this.#lines = new Lines((text, isWhole) => this.#line(text, isWhole));
  }

  write(bytes: Buffer): void {
    this.#lines?.write(bytes);
  }

  /** These bytes of the log are missing. */
  skip(bytes: number): void {
    this.#offset += bytes;
  }

  endLine(): void {
    this.#lines?.endLine();
  }

  /** Everything that was there has been written: prints the last lines, and from now on each. */
  caughtUp(): void {
    const kept = this.#kept?.slice(-(this.#wishes.last ?? 0)) ?? [];
    this.#kept = null;
    for (const line of kept) this.#show(line);
  }

  /** Whatever is written from now on was not there at this moment. */
  seenUpTo(wall: number): void {
    this.#times?.notBefore(wall);
  }

  #line(text: string, isWhole: boolean): void {
    const begin = this.#offset;
    this.#offset += Buffer.byteLength(text) + Number(isWhole);
    const time = this.#times?.next(text, begin, this.#offset);
    const { range, last } = this.#wishes;
    if (time === undefined || time.toWall < range.sinceWall || time.fromWall > range.untilWall) return;
    const line = { attempt: this.#attempt, text, time };
    if (this.#kept === null || last === null) {
      this.#show(line);
      return;
    }
    this.#kept.push(line);
    if (this.#kept.length > 2 * last) this.#kept = this.#kept.slice(-last);
  }

  #show({ attempt, text, time }: Line): void {
    if (!this.#wishes.json && attempt !== this.#headed) this.#heading(attempt);
    this.#headed = attempt;
    if (this.#wishes.json) {
      const at = Number.isFinite(time.fromWall) ? new Date(time.fromWall).toISOString() : null;
      this.#print(jsonText({ version: 1, run: this.#run, attempt, at, isExact: time.isExact, line: text }));
      return;
    }
    const stamp = this.#wishes.timestamps ? `${stampInWords(time)}  ` : '';
    this.#print(`${stamp}${sanitizeForTerminal(text)}`);
  }
}

/** The date and time, after `≥` if it was written then or later. */
function stampInWords({ fromWall, isExact }: LineTime): string {
  if (!Number.isFinite(fromWall)) return ' time unknown       ';
  return `${isExact ? ' ' : '≥'}${localTime({ observation: { at: { wall: fromWall, mono: 0 } } })}`;
}
