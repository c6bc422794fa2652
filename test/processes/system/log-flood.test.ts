import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const GiB = 1024 ** 3;
const MiB = 1024 ** 2;
const LONG = 256 * MiB;

/**
 * Reads a log to its end like the watchdog, one portion at a time, and reports what it found and
 * how much memory that took.
 */
const READER = `
  const { readLog } = await import(process.argv[1]);
  let reading = readLog(process.argv[2], null);
  const before = process.resourceUsage().maxRSS;
  const lines = []; let bytes = 0; let reads = 0;
  for (let cursor = null; ; reads++) {
    reading = readLog(process.argv[2], cursor);
    lines.push(...reading.lines.map((line) => [line.length, line.slice(0, 5)]));
    bytes += reading.bytes;
    cursor = reading.cursor;
    if (!reading.more) break;
  }
  const grownBytes = (process.resourceUsage().maxRSS - before) * 1024;
  process.stdout.write(JSON.stringify({ lines, bytes, reads, grownBytes }));`;

test.each([
  ['a line of 256 MiB', 'x', [[65_536, 'xxxxx']]],
  ['256 MiB of NULs', '\0', []],
])('%s is skipped, with little memory, and the line after it is read', (_, filler, expected) => {
  const end = filler === '\0' ? 'after\n' : '\nafter\n';
  const { lines, bytes, reads, grownBytes } = read((fd) => {
    const portion = Buffer.alloc(MiB, filler);
    for (let written = 0; written < LONG; written += MiB) writeSync(fd, portion);
    writeSync(fd, end);
  });
  expect(lines).toEqual([...expected, [5, 'after']]);
  expect(bytes).toBe(LONG + end.length);
  // In portions, so that other work gets its turn in between.
  expect(reads).toBeGreaterThan(LONG / (4 * MiB));
  expect(grownBytes).toBeLessThan(64 * MiB);
});

test('a hole of 1 GiB is skipped without reading it, and the line after it is read', () => {
  const { lines, bytes, reads } = read((fd) => {
    writeSync(fd, 'before\n');
    ftruncateSync(fd, GiB);
    writeSync(fd, 'after\n', GiB);
  });
  expect(lines).toEqual([
    [6, 'befor'],
    [5, 'after'],
  ]);
  expect(bytes).toBe(GiB + 'after\n'.length);
  expect(reads).toBeLessThan(100);
});

/** What the reader finds in such a log. */
function read(fill: (fd: number) => void) {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-flood-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'log');
  const fd = openSync(path, 'w');
  fill(fd);
  closeSync(fd);
  const reader = join(import.meta.dirname, '../../../src/logs/file.ts');
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', READER, reader, path], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as { lines: [number, string][]; bytes: number; reads: number; grownBytes: number };
}
