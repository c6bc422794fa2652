import {
  appendFileSync,
  closeSync,
  copyFileSync,
  linkSync,
  mkdirSync,
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
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LogCursor } from '../../src/core/types.ts';
import { type LogReading, readLog } from '../../src/system/log-file.ts';

let directory: string;
let log: string;
let cursor: LogCursor | null;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dogwatch-log-'));
  log = join(directory, 'app.log');
  cursor = null;
});
afterEach(() => rmSync(directory, { recursive: true }));

const file = (name: string) => join(directory, name);

/** Reads until there is no more; the cursor goes through JSON between any two reads, as it does when dogwatch is restarted. */
function look(flush = false): { lines: string[]; bytes: number; gaps: string[] } {
  const seen = { lines: [] as string[], bytes: 0, gaps: [] as string[] };
  for (let reads = 0; reads < 100; reads++) {
    const reading = readLog(log, cursor, flush);
    if (reading.kind !== 'read') throw new Error(`expected to read, got ${JSON.stringify(reading)}`);
    seen.lines.push(...reading.lines);
    seen.bytes += reading.bytes;
    if (reading.gap !== null) seen.gaps.push(reading.gap);
    cursor = JSON.parse(JSON.stringify(reading.cursor));
    if (!reading.more) return seen;
  }
  throw new Error('expected the reading to come to an end');
}

const lines = (flush = false) => {
  const seen = look(flush);
  expect(seen.gaps).toEqual([]);
  return seen.lines;
};

/** Times of change as they would be, had some time passed between the writes. */
let clock = 1_700_000_000;
const append = (name: string, text: string) => {
  appendFileSync(file(name), text);
  utimesSync(file(name), ++clock, clock);
};

describe('growth', () => {
  test('only what is new is read', () => {
    append('app.log', 'a\n');
    expect(look()).toEqual({ lines: ['a'], bytes: 2, gaps: [] });
    append('app.log', 'b\nc\n');
    expect(look()).toEqual({ lines: ['b', 'c'], bytes: 4, gaps: [] });
    expect(look()).toEqual({ lines: [], bytes: 0, gaps: [] });
  });

  test('bytes of an incomplete line are growth at once, and once only', () => {
    append('app.log', 'a\nhel');
    expect(look()).toEqual({ lines: ['a'], bytes: 5, gaps: [] });
    expect(look()).toEqual({ lines: [], bytes: 0, gaps: [] });
    append('app.log', 'lo');
    expect(look()).toEqual({ lines: [], bytes: 2, gaps: [] });
    append('app.log', '\n');
    expect(look()).toEqual({ lines: ['hello'], bytes: 1, gaps: [] });
  });

  test('the last line of an attempt that ended within it is a line, once', () => {
    append('app.log', 'a\nfatal');
    expect(look()).toMatchObject({ lines: ['a'], bytes: 7 });
    expect(look(true)).toEqual({ lines: ['fatal'], bytes: 0, gaps: [] });
    expect(look(true)).toEqual({ lines: [], bytes: 0, gaps: [] });
  });

  test('a file that is only touched has not grown', () => {
    append('app.log', 'a\n');
    look();
    utimesSync(log, 4_000_000_000, 4_000_000_000);
    expect(look()).toEqual({ lines: [], bytes: 0, gaps: [] });
  });

  test('the middle of a cut line is remembered over a restart', () => {
    append('app.log', 'x'.repeat(1_500_000));
    expect(lines()).toEqual(['x'.repeat(65_536)]);
    append('app.log', 'x'.repeat(1_500_000));
    expect(lines()).toEqual([]);
    append('app.log', 'x\nnext\n');
    expect(lines()).toEqual(['next']);
  });
});

describe('rotation by rename', () => {
  beforeEach(() => {
    append('app.log', 'a\n');
    look();
    append('app.log', 'b\n');
    renameSync(log, file('app.log.1'));
  });

  test('the old file is read to its end, then the new one', () => {
    append('app.log', 'c\n');
    expect(look()).toEqual({ lines: ['b', 'c'], bytes: 4, gaps: [] });
  });

  test('before there is a new file the renamed one is followed', () => {
    expect(lines()).toEqual(['b']);
    append('app.log.1', 'c\n');
    expect(lines()).toEqual(['c']);
    append('app.log', 'd\n');
    expect(lines()).toEqual(['d']);
  });

  test('while the new file is empty the writer may still hold the old one', () => {
    writeFileSync(log, '');
    expect(lines()).toEqual(['b']);
    append('app.log.1', 'c\n');
    expect(lines()).toEqual(['c']);
    append('app.log', 'd\n');
    expect(lines()).toEqual(['d']);
  });

  test('an incomplete last line of the old file is its last line', () => {
    append('app.log.1', 'broken');
    append('app.log', 'c\n');
    expect(lines()).toEqual(['b', 'broken', 'c']);
  });

  test('several rotations between two reads', () => {
    renameSync(file('app.log.1'), file('app.log.2'));
    append('app.log.1', 'c\n');
    append('app.log', 'd\n');
    expect(look()).toEqual({ lines: ['b', 'c', 'd'], bytes: 6, gaps: [] });
  });

  test('names with dates', () => {
    renameSync(file('app.log.1'), file('app-2026-01-01.log'));
    append('app-2026-01-02.log', 'c\n');
    append('app.log', 'd\n');
    append('other-2026-01-03.log', 'not ours\n');
    expect(lines()).toEqual(['b', 'c', 'd']);
  });

  test('a file that is older, or named otherwise, is not part of it', () => {
    writeFileSync(file('app.log.2'), 'older\n');
    utimesSync(file('app.log.2'), 1, 1);
    append('app.log.error', 'not ours\n');
    append('app.log', 'c\n');
    expect(lines()).toEqual(['b', 'c']);
  });

  test('where the old file is gone, the gap is told once', () => {
    unlinkSync(file('app.log.1'));
    append('app.log', 'c\n');
    const seen = look();
    expect(seen.lines).toEqual(['c']);
    expect(seen.gaps).toEqual([expect.stringContaining('after byte 2 of the file read before may be lost')]);
    expect(look().gaps).toEqual([]);
  });

  test('where the old file was compressed, the gap is told', () => {
    renameSync(file('app.log.1'), file('app.log.1.gz'));
    writeFileSync(file('app.log.1.gz'), 'not what it was');
    append('app.log', 'c\n');
    expect(look().gaps).toHaveLength(1);
  });
});

describe('truncation', () => {
  beforeEach(() => {
    append('app.log', 'first line\nsecond line\n');
    look();
  });

  test('a file that is shorter begins anew', () => {
    truncateSync(log);
    append('app.log', 'c\n');
    expect(look()).toMatchObject({ lines: ['c'], bytes: 2, gaps: [expect.stringContaining('truncated to 2 bytes')] });
  });

  test('a file that was refilled beyond what was read begins anew', () => {
    truncateSync(log);
    append('app.log', 'another first line\nand another second line\n');
    expect(look()).toMatchObject({
      lines: ['another first line', 'and another second line'],
      gaps: [expect.stringContaining('rewritten in place')],
    });
  });

  test('copytruncate loses nothing: the copy is read first', () => {
    append('app.log', 'third\n');
    copyFileSync(log, file('app.log.1'));
    utimesSync(file('app.log.1'), ++clock, clock);
    truncateSync(log);
    expect(lines()).toEqual(['third']);
    append('app.log', 'c\n');
    expect(lines()).toEqual(['c']);
  });

  test('copytruncate twice, refilled beyond what was read', () => {
    for (const text of ['third\n', 'fourth, as long as the first two\n']) {
      append('app.log', text);
      if (text.startsWith('fourth')) renameSync(file('app.log.1'), file('app.log.2'));
      copyFileSync(log, file('app.log.1'));
      utimesSync(file('app.log.1'), ++clock, clock);
      truncateSync(log);
    }
    append('app.log', 'fifth, which is longer than all that was read\n');
    expect(lines()).toEqual(['third', 'fourth, as long as the first two', 'fifth, which is longer than all that was read']);
  });

  test('a writer that goes on at its old offset leaves NULs, which are skipped', () => {
    const writer = openSync(log, 'r+');
    truncateSync(log);
    writeSync(writer, 'after the hole\n', 5000);
    closeSync(writer);
    expect(look().lines).toEqual(['after the hole']);
  });

  test('an incomplete line that was taken back is no truncation of what was read', () => {
    append('app.log', 'draft');
    expect(look()).toEqual({ lines: [], bytes: 5, gaps: [] });
    truncateSync(log, 23);
    expect(look()).toEqual({ lines: [], bytes: 0, gaps: [] });
    append('app.log', 'final\n');
    expect(look()).toEqual({ lines: ['final'], bytes: 6, gaps: [] });
  });
});

describe('other files under the path', () => {
  test('a deleted and recreated file, which may have the inode number of the old one', async () => {
    append('app.log', 'half');
    expect(look()).toMatchObject({ lines: [], bytes: 4 });
    const { birthtimeMs } = statSync(log);
    await vi.waitFor(() => {
      unlinkSync(log);
      append('app.log', 'a whole line\n');
      expect(statSync(log).birthtimeMs).toBeGreaterThan(birthtimeMs);
    });
    expect(look()).toEqual({ lines: ['a whole line'], bytes: 13, gaps: [expect.stringContaining('replaced by another file')] });
  });

  test('a symbolic link that is turned to another file', () => {
    append('run-1', 'a\n');
    symlinkSync('run-1', log);
    expect(lines()).toEqual(['a']);
    append('run-1', 'b\n');
    append('run-2', 'c\n');
    unlinkSync(log);
    symlinkSync('run-2', log);
    expect(lines()).toEqual(['b', 'c']);
  });

  test('a file that was replaced by its copy goes on where it stood', () => {
    append('app.log', 'a\n');
    look();
    copyFileSync(log, file('copy'));
    append('copy', 'b\n');
    renameSync(file('copy'), log);
    expect(lines()).toEqual(['b']);
  });

  test('a second name of the same file is not another file', () => {
    append('app.log', 'a\n');
    linkSync(log, file('app.log.1'));
    look();
    truncateSync(log);
    append('app.log', 'b\n');
    expect(look().lines).toEqual(['b']);
  });

  test('absent, appeared, gone with its directory, and back', () => {
    const nested = file('logs');
    log = join(nested, 'app.log');
    expect(readLog(log, null)).toEqual({ kind: 'absent' });
    mkdirSync(nested);
    expect(readLog(log, null)).toEqual({ kind: 'absent' });
    append('logs/app.log', 'a\n');
    expect(lines()).toEqual(['a']);
    rmSync(nested, { recursive: true });
    expect(readLog(log, cursor)).toEqual({ kind: 'absent' });
    mkdirSync(nested);
    append('logs/app.log', 'b\n');
    expect(look()).toMatchObject({ lines: ['b'], gaps: [expect.stringContaining('replaced by another file')] });
  });
});

test.each<[string, () => void, LogReading['kind'], string]>([
  ['a directory', () => mkdirSync(log), 'unreadable', 'got a directory'],
  ['a link to itself', () => symlinkSync('app.log', log), 'unreadable', 'ELOOP'],
  ['a device', () => symlinkSync('/dev/zero', log), 'unreadable', 'got a device'],
  ['a link to nowhere', () => symlinkSync('nowhere', log), 'absent', ''],
  ['a file in place of its directory', () => writeFileSync(file('plain'), ''), 'absent', ''],
])('%s', (name, prepare, kind, because) => {
  prepare();
  const reading = readLog(name.startsWith('a file') ? file('plain/app.log') : log, null);
  expect(reading.kind).toBe(kind);
  if (reading.kind === 'unreadable') expect(reading.because).toContain(because);
});

test('what can be read again is read on', () => {
  append('app.log', 'a\n');
  look();
  renameSync(log, file('kept'));
  symlinkSync('app.log', log);
  expect(readLog(log, cursor)).toMatchObject({ kind: 'unreadable' });
  unlinkSync(log);
  renameSync(file('kept'), log);
  append('app.log', 'b\n');
  expect(lines()).toEqual(['b']);
});
