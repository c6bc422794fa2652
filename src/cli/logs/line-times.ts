/** A log had this length at this moment: what is before was written by then, the rest later. */
export interface Mark {
  readonly offset: number;
  readonly wall: number;
}

/** When a line was written. */
export interface LineTime {
  /** Not before this, or exactly then; -Infinity if nothing is known. */
  readonly fromWall: number;
  /** Not after this; Infinity if nothing is known. */
  readonly toWall: number;
  /** The line itself says so. */
  readonly isExact: boolean;
}

/** A stamp may differ from the marks by this much. */
const SLACK_MS = 60_000;
/** A stamp stands at the beginning of a line, or among the first fields of an event. */
const HEAD_LENGTH = 4096;

const OF_EVENT = /"(?:timestamp|time|ts)":\s?(?:(\d{13})\b|"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))")/;
const OF_LINE = /^[[(]?(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?\s?(Z|[+-]\d\d:?\d\d)?/;

/** The time that a line states, in ms since the epoch, or null if it states none. */
export function stampOf(line: string): number | null {
  const head = line.slice(0, HEAD_LENGTH);
  const event = head.startsWith('{') ? OF_EVENT.exec(head) : null;
  if (event?.[1] !== undefined) return Number(event[1]);
  if (event?.[2] !== undefined) return numberOf(Date.parse(event[2]));
  const [, day, time, fraction = '0', zone = ''] = OF_LINE.exec(head) ?? [];
  return day === undefined ? null : numberOf(Date.parse(`${day}T${time}.${fraction.slice(0, 3)}${zone}`));
}

const numberOf = (wall: number): number | null => (Number.isNaN(wall) ? null : wall);

/**
 * When the lines of one attempt's log were written, line by line: agents rarely say so, but the
 * journal knows how long the log was at some moments. A line's own stamp counts if it fits in.
 */
export class LineTimes {
  /** In order of offset. */
  readonly #marks: readonly Mark[];
  #next = 0;
  #fromWall: number;
  readonly #endWall: number;

  constructor(startWall: number, marks: readonly Mark[], endWall: number) {
    this.#fromWall = startWall;
    this.#marks = marks.toSorted((a, b) => a.offset - b.offset);
    this.#endWall = endWall;
  }

  /** What comes from now on was not written before this. */
  notBefore(wall: number): void {
    this.#fromWall = Math.max(this.#fromWall, wall);
  }

  /** For the next line, which begins and ends at these offsets. */
  next(line: string, begin: number, end: number): LineTime {
    for (let mark = this.#marks[this.#next]; mark !== undefined && mark.offset <= begin; mark = this.#marks[this.#next]) {
      this.#fromWall = Math.max(this.#fromWall, mark.wall);
      this.#next += 1;
    }
    const toWall = Math.max(this.#fromWall, this.#marks.slice(this.#next).find(({ offset }) => offset >= end)?.wall ?? this.#endWall);
    const stamp = stampOf(line);
    if (stamp === null || stamp < this.#fromWall - SLACK_MS || stamp > toWall + SLACK_MS)
      return { fromWall: this.#fromWall, toWall, isExact: false };
    this.#fromWall = Math.max(this.#fromWall, stamp);
    return { fromWall: stamp, toWall: stamp, isExact: true };
  }
}
