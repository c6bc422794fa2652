import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const GiB = 1024 ** 3;
const MiB = 1024 ** 2;

/** Reads a log to its end as the watchdog does, a portion at a time, and says what it found and what that took of memory. */
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
  ['a line of 1 GiB', 'x', [[65_536, 'x'.padEnd(5, '\0')]]],
  ['1 GiB of NULs', '\0', []],
])('%s is passed over, with little memory, and the line after it is heard', (_, begin, expected) => {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-flood-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'log');
  const fd = openSync(path, 'w');
  writeSync(fd, begin, 0);
  // A hole: nothing of it lies on the disk.
  ftruncateSync(fd, GiB);
  const end = begin === '\0' ? 'after\n' : '\nafter\n';
  writeSync(fd, end, GiB);
  closeSync(fd);
  const reader = join(import.meta.dirname, '../../src/system/log-file.ts');
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', READER, reader, path], { encoding: 'utf8' });
  expect(stderr).toBe('');
  const { lines, bytes, reads, grownBytes } = JSON.parse(stdout);
  expect(lines).toEqual([...expected, [5, 'after']]);
  expect(bytes).toBe(GiB + end.length);
  // In portions, so that others have their turn in between.
  expect(reads).toBeGreaterThan(GiB / (4 * MiB));
  expect(grownBytes).toBeLessThan(64 * MiB);
});
