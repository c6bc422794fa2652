import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AttemptLogs } from '../../src/cli/logs/attempt.ts';
import type { Fact, LogCursor } from '../../src/core/model/facts.ts';
import { cutLog } from '../../src/logs/cut.ts';
import { lastLines } from '../../src/logs/last-lines.ts';
import { tailLog } from '../../src/logs/tail.ts';

const MIB = 1024 * 1024;
let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dogwatch-cut-'));
  path = join(directory, 'log');
});
afterEach(() => rmSync(directory, { recursive: true }));

let next = 0;
/** Numbered lines of 100 bytes. */
function lines(bytes: number): string {
  const text: string[] = [];
  for (let size = 0; size < bytes; size += 100) text.push(`${`line ${next++} `.padEnd(99, 'x')}\n`);
  return text.join('');
}
const takes = () => statSync(path).blocks * 512;
const refuses = () => Promise.reject(new Error('Operation not supported'));

/** A tail that records the numbers of the lines it saw, and the gaps. */
function reader(cursors = new Map<string, LogCursor>()) {
  const seen: number[] = [];
  const gaps: string[] = [];
  const read = (said: readonly string[]) => {
    for (const line of said) seen.push(Number(/^line (\d+) x+$/.exec(line)?.[1] ?? Number.NaN));
    return [];
  };
  const tail = tailLog({ run: 'r', attempt: 1, path, own: true, shared: false, cursors, interpreter: { read }, report: () => {} });
  const all = () => {
    for (let more = true; more; ) {
      const found = tail.read(false);
      for (const { gap } of found.facts as readonly (Fact & { kind: 'log.read' })[]) if (gap !== null) gaps.push(gap);
      more = found.more;
    }
  };
  return { seen, gaps, all };
}

const from = (first: number, last: number) => Array.from({ length: last - first }, (_, index) => first + index);

describe('a log that takes too much', () => {
  test('keeps its beginning and its newest half, and every offset', async () => {
    next = 0;
    writeFileSync(path, lines(8 * MIB));
    const before = readFileSync(path);
    expect(await cutLog(path, 4 * MIB)).toEqual({ how: 'punched', tookBytes: expect.any(Number), takesBytes: expect.any(Number) });
    expect(takes()).toBeLessThan(2.2 * MIB);
    const after = readFileSync(path);
    expect(after.length).toBe(before.length);
    expect(after.subarray(0, 60_000).equals(before.subarray(0, 60_000))).toBe(true);
    expect(after.subarray(-1.9 * MIB).equals(before.subarray(-1.9 * MIB))).toBe(true);
    expect(await cutLog(path, 4 * MIB)).toBeNull();
  });

  test('is left alone if small enough or missing; nothing is cut through a link', async () => {
    writeFileSync(path, lines(2 * MIB));
    expect(await cutLog(path, 4 * MIB)).toBeNull();
    expect(await cutLog(join(directory, 'none'), 4 * MIB)).toBeNull();
    const link = join(directory, 'link');
    symlinkSync(path, link);
    expect(await cutLog(link, MIB)).toBeNull();
  });

  test('is emptied if no part can be freed; an appending writer continues at its beginning', async () => {
    const cat = spawn('cat', [], { stdio: ['pipe', openSync(path, 'a'), 'ignore'] });
    cat.stdin?.write(lines(3 * MIB));
    while (statSync(path).size < 3 * MIB) await new Promise((done) => setTimeout(done, 5));
    expect(await cutLog(path, MIB, refuses)).toMatchObject({ how: 'emptied', takesBytes: 0 });
    cat.stdin?.end('after\n');
    await once(cat, 'exit');
    expect(readFileSync(path, 'utf8')).toBe('after\n');
  });
});

describe('a reader of such a log', () => {
  test('the tail continues where it was, again and again, without losing or repeating a line', async () => {
    next = 0;
    const { seen, gaps, all } = reader();
    for (let round = 0; round < 4; round++) {
      appendFileSync(path, lines(3 * MIB));
      all();
      expect(await cutLog(path, 2 * MIB)).toMatchObject({ how: 'punched' });
      appendFileSync(path, lines(1000));
      all();
    }
    expect(seen).toEqual(from(0, next));
    expect(gaps).toEqual([]);
  });

  test('a tail that was behind skips the hole and reports what is missing, without reading anything twice', async () => {
    next = 0;
    const cursors = new Map<string, LogCursor>();
    const { seen, gaps, all } = reader(cursors);
    appendFileSync(path, lines(2 * MIB));
    all();
    const read = next;
    appendFileSync(path, lines(8 * MIB));
    await cutLog(path, 2 * MIB);
    all();
    expect(gaps).toEqual([expect.stringMatching(/^\d+ bytes were given back before they were read$/)]);
    const rest = seen.slice(read);
    expect(seen.slice(0, read)).toEqual(from(0, read));
    expect(rest).toEqual(from(rest[0] ?? 0, next));
    expect(rest.length).toBeGreaterThan(9000);
  });

  test('a tail that restarts with an old cursor continues from there', async () => {
    next = 0;
    const cursors = new Map<string, LogCursor>();
    appendFileSync(path, lines(2 * MIB));
    reader(cursors).all();
    const read = next;
    appendFileSync(path, lines(4 * MIB));
    await cutLog(path, 5 * MIB);
    const again = reader(cursors);
    again.all();
    expect(again.seen.at(-1)).toBe(next - 1);
    expect(Math.min(...again.seen)).toBeGreaterThanOrEqual(read);
  });

  test('an emptied log is a gap, and is read from its beginning', async () => {
    next = 0;
    const { seen, gaps, all } = reader();
    appendFileSync(path, lines(2 * MIB));
    all();
    const read = next;
    await cutLog(path, MIB, refuses);
    appendFileSync(path, lines(1000));
    all();
    expect(gaps).toEqual([expect.stringContaining('truncated to 1000 bytes')]);
    expect(seen.slice(read)).toEqual(from(read, next));
  });

  test('the logs command omits the hole and reports its size; the last lines are the same as before', async () => {
    next = 0;
    appendFileSync(path, lines(8 * MIB));
    const last = lastLines(path, 4096);
    await cutLog(path, 2 * MIB);
    let text = '';
    let gone = 0;
    for (const { bytes, skipped } of new AttemptLogs(() => path, 1).added(1)) {
      text += bytes.toString();
      gone += skipped;
    }
    expect(text).not.toContain('\0');
    expect(text.length + gone).toBe(statSync(path).size);
    expect(text.split('\n').every((line) => line === '' || /^line \d+ x+$/.test(line))).toBe(true);
    expect(lastLines(path, 4096)).toEqual(last);
  });

  test('a hole of many gigabytes costs a few reads', () => {
    writeFileSync(path, 'line 0 x\n');
    const hole = spawn('truncate', ['--size', '40G', path]);
    return once(hole, 'exit').then(() => {
      appendFileSync(path, 'line 1 x\n');
      const { seen, all } = reader();
      all();
      expect(seen).toEqual([0, 1]);
    });
  });
});
