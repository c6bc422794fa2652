import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { LogTail } from '../../../src/cli/top/log-tail.ts';

function logs() {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-tail-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = (attempt: number) => join(directory, String(attempt));
  return { path, print: (attempt: number, text: string) => writeFileSync(path(attempt), text, { flag: 'a' }) };
}

test('shows the end of the last two attempts, and goes on with the next', () => {
  const { path, print } = logs();
  print(1, 'long ago\n');
  print(2, 'before\n');
  print(3, 'now\n');
  const tail = new LogTail(path, 3);
  expect(tail.read(3)).toEqual(['-- attempt 2 --', 'before', '-- attempt 3 --', 'now']);
  print(3, 'more\n');
  print(4, 'next\n');
  expect(tail.read(4).slice(-3)).toEqual(['more', '-- attempt 4 --', 'next']);
});

test('before the first attempt there is nothing to show', () => {
  const { path, print } = logs();
  const tail = new LogTail(path, 0);
  expect(tail.read(0)).toEqual(['-- attempt 1 --']);
  print(1, 'begun\n');
  expect(tail.read(1)).toEqual(['-- attempt 1 --', 'begun']);
});

test('of a huge log only the last lines, all of them whole', () => {
  const { path, print } = logs();
  print(1, Array.from({ length: 50_000 }, (_, index) => `line ${index + 1}\n`).join(''));
  const lines = new LogTail(path, 1).read(1);
  expect(lines.length).toBeLessThanOrEqual(2000);
  expect(lines.at(-1)).toBe('line 50000');
  expect(lines.filter((text) => !/^line \d+$/.test(text) && text !== '-- attempt 1 --')).toEqual([]);
});

test('of a progress bar what it showed last', () => {
  const { path, print } = logs();
  print(1, '10 %\r50 %\r100 %\r\ndone\r\n');
  expect(new LogTail(path, 1).read(1).slice(1)).toEqual(['100 %', 'done']);
});
