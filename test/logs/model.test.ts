import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogCursor } from '../../src/core/model/facts.ts';
import { readLog } from '../../src/logs/file.ts';

type Step =
  | { readonly do: 'append'; readonly lines: number; readonly partial: boolean }
  | { readonly do: 'read once' | 'read all' | 'flush' }
  | { readonly do: 'rename'; readonly recreate: boolean }
  | { readonly do: 'copytruncate' | 'truncate' | 'delete' | 'forget the oldest' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('append'), lines: fc.integer({ min: 1, max: 4 }), partial: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('read once', 'read once', 'read all', 'flush') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('rename'), recreate: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('copytruncate', 'copytruncate', 'truncate', 'delete', 'forget the oldest') }) },
);

/**
 * A log with its writer, what a reader that restarts before every read saw, and what the writer
 * knows to be lost.
 */
class World {
  readonly directory = mkdtempSync(join(tmpdir(), 'dogwatch-model-'));
  readonly path = join(this.directory, 'log');
  readonly seen: string[] = [];
  /** Every piece written, in order: a line, or the part of a line in one file. */
  readonly written: string[] = [];
  gaps = 0;
  losses = 0;
  bytesWritten = 0;
  bytesSeen = 0;
  #cursor: LogCursor | null = null;
  #partial = false;
  #count = 0;
  #clock = 1_700_000_000;

  append(text: string) {
    appendFileSync(this.path, text);
    this.#stamp(this.path);
    this.bytesWritten += Buffer.byteLength(text);
  }

  #stamp(path: string) {
    this.#clock++;
    utimesSync(path, this.#clock, this.#clock);
  }

  /** Unique lines; an incomplete one continues with the next append to the same file. */
  write(lines: number, partial: boolean) {
    for (let i = 0; i < lines; i++) {
      const text = `${++this.#count} ${'content '.repeat(this.#count % 13)}`;
      if (this.#partial) this.written[this.written.length - 1] += text;
      else this.written.push(text);
      this.#partial = false;
      this.append(`${text}\n`);
    }
    if (!partial) return;
    this.written.push(`${++this.#count} incomplete `);
    this.append(this.written.at(-1)!);
    this.#partial = true;
  }

  read(flush: boolean): boolean {
    const reading = readLog(this.path, this.#cursor, flush);
    if (reading.kind !== 'read') return false;
    this.seen.push(...reading.lines);
    this.bytesSeen += reading.bytes;
    if (reading.gap !== null) this.gaps++;
    this.#cursor = JSON.parse(JSON.stringify(reading.cursor));
    return reading.more;
  }

  readAll(flush = false) {
    for (let reads = 0; this.read(flush); reads++) expect(reads).toBeLessThan(50);
  }

  /** A flushed line is complete: the rest of it arrives as another. */
  flush() {
    this.readAll(true);
    this.#partial = false;
  }

  #shift() {
    for (let number = 9; number >= 1; number--) {
      if (existsSync(`${this.path}.${number}`)) renameSync(`${this.path}.${number}`, `${this.path}.${number + 1}`);
    }
    this.#partial = false;
  }

  rename(recreate: boolean) {
    if (!existsSync(this.path)) return;
    this.#shift();
    renameSync(this.path, `${this.path}.1`);
    if (recreate) {
      writeFileSync(this.path, '');
      this.#stamp(this.path);
    }
  }

  copytruncate() {
    if (!this.#anchored()) return;
    this.#shift();
    copyFileSync(this.path, `${this.path}.1`);
    this.#stamp(`${this.path}.1`);
    this.#empty();
  }

  truncate() {
    if (!this.#anchored()) return;
    this.#empty();
    this.#lost();
  }

  delete() {
    if (!this.#anchored()) return;
    unlinkSync(this.path);
    this.#lost();
  }

  forgetOldest() {
    const oldest = readdirSync(this.directory).sort((a, b) => Number(b.slice(4)) - Number(a.slice(4)))[0];
    if (oldest === undefined || oldest === 'log') return;
    unlinkSync(join(this.directory, oldest));
    this.losses++;
  }

  #empty() {
    truncateSync(this.path);
    this.#stamp(this.path);
  }

  #lost() {
    this.losses++;
    this.#partial = false;
  }

  /**
   * What appears and vanishes between two reads is undetectable, so some lines are read first, and
   * others are not.
   */
  #anchored(): boolean {
    if (!existsSync(this.path)) return false;
    this.write(1, false);
    this.readAll();
    this.write(1, false);
    return true;
  }

  do(step: Step): void {
    const deeds: Record<Step['do'], () => void> = {
      append: () => step.do === 'append' && this.write(step.lines, step.partial),
      'read once': () => this.read(false),
      'read all': () => this.readAll(),
      flush: () => this.flush(),
      rename: () => step.do === 'rename' && this.rename(step.recreate),
      copytruncate: () => this.copytruncate(),
      truncate: () => this.truncate(),
      delete: () => this.delete(),
      'forget the oldest': () => this.forgetOldest(),
    };
    deeds[step.do]();
  }
}

test('whatever happens to a log, no line is repeated, out of order, or lost without a gap', () => {
  const property = fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    const world = new World();
    try {
      world.write(1, false);
      world.readAll();
      for (const one of steps) world.do(one);
      world.write(1, false);
      world.readAll();
      expect(new Set(world.seen).size).toBe(world.seen.length);
      if (world.losses === 0) {
        expect(world.seen).toEqual(world.written);
        expect(world.bytesSeen).toBe(world.bytesWritten);
        expect(world.gaps).toBe(0);
      } else {
        const known = new Set(world.seen);
        expect(world.written.filter((line) => known.has(line))).toEqual(world.seen.filter((line) => world.written.includes(line)));
        expect(world.seen.at(-1)).toBe(world.written.at(-1));
        if (world.gaps === 0) expect(world.seen).toEqual(world.written);
      }
    } finally {
      rmSync(world.directory, { recursive: true });
    }
  });
  fc.assert(property, { numRuns: 2000 });
});
