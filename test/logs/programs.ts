import {
  appendFileSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { LogCursor } from '../../src/core/model/facts.ts';
import { readLog } from '../../src/logs/file.ts';

/** What writers, rotators, people and watchdogs do to a log. */
export type Step =
  | { readonly do: 'write'; readonly lines: number; readonly words: number }
  | { readonly do: 'read once' | 'read all' }
  | { readonly do: 'rename' | 'rename and recreate' | 'copytruncate' | 'truncate' | 'delete' | 'forget the oldest' | 'compress the newest' }
  | { readonly do: 'replace'; readonly lines: number }
  | { readonly do: 'turn the link' | 'truncate under a stale writer' };

export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('write' as const), lines: fc.integer({ min: 1, max: 4 }), words: fc.constantFrom(0, 1, 30) }),
  },
  { weight: 7, arbitrary: fc.record({ do: fc.constantFrom('read once' as const, 'read all' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('rename' as const, 'rename and recreate' as const, 'copytruncate' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'truncate' as const,
        'delete' as const,
        'forget the oldest' as const,
        'compress the newest' as const,
        'turn the link' as const,
        'truncate under a stale writer' as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('replace' as const), lines: fc.nat(3) }) },
);

/** A line that was written, and the files that contain it now. */
interface Line {
  readonly text: string;
  readonly in: Set<File>;
  /** It could not have been read, or its possible loss was reported. */
  isExcused: boolean;
}

/**
 * A file and its content. `isKnown`: reading was within it once, so that its end cannot go
 * unnoticed.
 */
interface File {
  lines: Line[];
  isKnown: boolean;
}

const ROTATIONS = new Set<Step['do']>(['rename', 'rename and recreate', 'copytruncate']);

/**
 * A real log in a real directory, a reader that restarts before every read, and a record of
 * everything written.
 */
export class LogProgram {
  readonly directory = mkdtempSync(join(tmpdir(), 'dogwatch-programs-'));
  readonly seen: string[] = [];
  readonly written: Line[] = [];
  gaps = 0;
  readonly #path: string;
  readonly #isLink: boolean;
  /** By name; the target of the log's own name is `log`. */
  readonly #files = new Map<string, File>();
  #target = 'log';
  #cursor: LogCursor | null = null;
  #clock = 1_700_000_000;
  #turns = 0;

  constructor(isLink: boolean) {
    this.#path = join(this.directory, isLink ? 'link' : 'log');
    this.#isLink = isLink;
    if (isLink) this.#turn();
  }

  do(step: Step): void {
    const log = this.#files.get(this.#target);
    switch (step.do) {
      case 'write':
        this.#write(step.lines, step.words);
        return;
      case 'read once':
        this.read();
        return;
      case 'read all':
        this.readAll();
        return;
      case 'replace':
        this.#replace(step.lines);
        return;
      case 'turn the link':
        if (this.#isLink) this.#turn();
        return;
      case 'forget the oldest':
        this.#forget(this.#rotated().at(-1));
        return;
      case 'compress the newest':
        this.#compress(this.#rotated()[0]);
        return;
      default:
        // A log behind a link is not rotated: the link is redirected.
        if (this.#isLink && ROTATIONS.has(step.do)) this.#turn();
        else if (log !== undefined) this.#endOf(log, step.do);
    }
  }

  /** What happens to a file that is written to. */
  #endOf(log: File, how: Exclude<Step['do'], 'write'>): void {
    const at = this.#at(this.#target);
    switch (how) {
      case 'rename':
      case 'rename and recreate':
        this.#leave(log);
        this.#shift();
        renameSync(at, this.#at(`${this.#target}.1`));
        this.#files.set(`${this.#target}.1`, log);
        this.#files.delete(this.#target);
        if (how === 'rename and recreate') this.#create(this.#target);
        return;
      case 'copytruncate':
        this.#leave(log, this.#cursor?.offset === 0 && this.#cursor.ino === statSync(at).ino);
        this.#shift();
        copyFileSync(at, this.#at(`${this.#target}.1`));
        this.#stamp(`${this.#target}.1`);
        this.#files.set(`${this.#target}.1`, this.#holding(log.lines, log.isKnown));
        this.#empty(log);
        return;
      case 'truncate':
        this.#empty(log);
        return;
      case 'truncate under a stale writer': {
        const offset = statSync(at).size;
        this.#empty(log);
        const fd = openSync(at, 'r+');
        writeSync(fd, `${this.#line(log, 1)}\n`, offset);
        closeSync(fd);
        this.#stamp(this.#target);
        return;
      }
      case 'delete':
        this.#forget(this.#target);
        return;
    }
  }

  /** Returns whether there is more. The cursor goes through JSON, as across a restart. */
  read(): boolean {
    const reading = readLog(this.#path, this.#cursor);
    if (reading.kind !== 'read') return false;
    this.seen.push(...reading.lines);
    this.#cursor = JSON.parse(JSON.stringify(reading.cursor)) as LogCursor;
    if (reading.gap !== null) this.#gap();
    if (this.#cursor.offset > 0) {
      const known = [...this.#files].find(([name]) => statSync(this.#at(name)).ino === this.#cursor?.ino)?.[1];
      if (known !== undefined) known.isKnown = true;
    }
    return reading.more;
  }

  readAll(): void {
    for (let reads = 0; this.read(); reads++) if (reads > 100) throw new Error('expected the reading to come to an end');
  }

  /** Lines that were not seen, and whose loss was not reported. */
  get missed(): string[] {
    const seen = new Set(this.seen);
    return this.written.filter(({ text, isExcused }) => !seen.has(text) && !isExcused).map(({ text }) => text);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }

  /**
   * Lines not seen yet, and not in the file in which reading continues, may be lost: that was
   * reported.
   */
  #gap(): void {
    this.gaps++;
    const live = this.#files.get(this.#target);
    for (const line of this.written) if (live === undefined || !line.in.has(live)) line.isExcused = true;
  }

  #at = (name: string): string => join(this.directory, name);

  /** As if time had passed between two writes. */
  #stamp(name: string): void {
    this.#clock++;
    utimesSync(this.#at(name), this.#clock, this.#clock);
  }

  #line(file: File, words: number): string {
    const line: Line = { text: `${this.written.length + 1} ${'word '.repeat(words)}`, in: new Set([file]), isExcused: false };
    file.lines.push(line);
    this.written.push(line);
    return line.text;
  }

  #write(lines: number, words: number): void {
    const file = this.#files.get(this.#target) ?? this.#create(this.#target);
    for (let line = 0; line < lines; line++) appendFileSync(this.#at(this.#target), `${this.#line(file, words)}\n`);
    this.#stamp(this.#target);
  }

  #create(name: string): File {
    writeFileSync(this.#at(name), '');
    this.#stamp(name);
    const file = { lines: [], isKnown: false };
    this.#files.set(name, file);
    return file;
  }

  #holding(lines: readonly Line[], isKnown: boolean): File {
    const file = { lines: [...lines], isKnown };
    for (const line of lines) line.in.add(file);
    return file;
  }

  #empty(file: File): void {
    truncateSync(this.#at(this.#target));
    this.#stamp(this.#target);
    this.#lose(file);
    file.lines = [];
    file.isKnown = false;
  }

  /**
   * Before the first read, files under other names are unknown; so is a copy while nothing was read
   * from the file.
   */
  #leave(file: File, isUnread = this.#cursor === null): void {
    if (this.#cursor === null || isUnread) for (const line of file.lines) line.isExcused = true;
  }

  /** If reading was never within a file, its loss is undetectable. */
  #lose(file: File): void {
    for (const line of file.lines) {
      line.in.delete(file);
      if (line.in.size === 0 && !file.isKnown) line.isExcused = true;
    }
  }

  #forget(name: string | undefined): void {
    const file = name === undefined ? undefined : this.#files.get(name);
    if (name === undefined || file === undefined) return;
    unlinkSync(this.#at(name));
    this.#files.delete(name);
    this.#lose(file);
  }

  #compress(name: string | undefined): void {
    if (name === undefined) return;
    writeFileSync(this.#at(`${name}.gz`), 'not what it was');
    this.#forget(name);
  }

  #replace(lines: number): void {
    const old = this.#files.get(this.#target);
    const file = this.#create('new');
    for (let line = 0; line < lines; line++) appendFileSync(this.#at('new'), `${this.#line(file, 2)}\n`);
    this.#stamp('new');
    this.#files.delete('new');
    renameSync(this.#at('new'), this.#at(this.#target));
    if (old !== undefined) this.#lose(old);
    this.#files.set(this.#target, file);
  }

  #turn(): void {
    const before = this.#files.get(this.#target);
    if (before !== undefined) this.#leave(before);
    this.#target = `run-${++this.#turns}.log`;
    rmSync(this.#path, { force: true });
    symlinkSync(this.#target, this.#path);
  }

  /** Names of rotated files, newest first. */
  #rotated(): string[] {
    return Array.from({ length: 12 }, (_, index) => `${this.#target}.${index + 1}`).filter((name) => this.#files.has(name));
  }

  #shift(): void {
    for (const name of this.#rotated().reverse()) {
      const next = `${this.#target}.${Number(name.split('.').at(-1)) + 1}`;
      if (existsSync(this.#at(next))) this.#forget(next);
      renameSync(this.#at(name), this.#at(next));
      this.#files.set(next, this.#files.get(name)!);
      this.#files.delete(name);
    }
  }
}
