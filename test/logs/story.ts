import { appendFileSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { LogCursor } from '../../src/core/model/facts.ts';
import { readLog } from '../../src/logs/file.ts';

/** A log in its own directory, its writers, and a reader that restarts before every read. */
export class LogStory {
  readonly directory = mkdtempSync(join(tmpdir(), 'dogwatch-log-'));
  log = this.file('app.log');
  cursor: LogCursor | null = null;
  #clock = 1_700_000_000;

  file(name: string): string {
    return join(this.directory, name);
  }

  append(name: string, text: string): void {
    appendFileSync(this.file(name), text);
    this.changed(name);
  }

  /** Sets mtimes as if some time had passed between the writes. */
  changed(name: string): void {
    this.#clock++;
    utimesSync(this.file(name), this.#clock, this.#clock);
  }

  /**
   * Reads until there is no more. The cursor goes through JSON between reads, as across a restart.
   */
  look(flush = false): { lines: string[]; bytes: number; gaps: string[] } {
    const seen = { lines: [] as string[], bytes: 0, gaps: [] as string[] };
    for (let reads = 0; reads < 100; reads++) {
      const reading = readLog(this.log, this.cursor, flush);
      if (reading.kind !== 'read') throw new Error(`expected to read, got ${JSON.stringify(reading)}`);
      seen.lines.push(...reading.lines);
      seen.bytes += reading.bytes;
      if (reading.gap !== null) seen.gaps.push(reading.gap);
      this.cursor = JSON.parse(JSON.stringify(reading.cursor));
      if (!reading.more) return seen;
    }
    throw new Error('expected the reading to come to an end');
  }

  /** The new lines, expecting no gap. */
  lines(): string[] {
    const { lines, gaps } = this.look();
    expect(gaps).toEqual([]);
    return lines;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}
