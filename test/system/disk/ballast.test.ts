import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { releaseBallast, reserveBallast } from '../../../src/system/disk/ballast.ts';

const BYTES = 3_000_000;
let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dogwatch-ballast-'));
  path = join(directory, 'ballast');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('really takes its space, for its owner alone, and frees it once', () => {
  expect(reserveBallast(path, BYTES)).toBe(true);
  const { size, blocks, mode } = statSync(path);
  expect([size, mode & 0o777]).toEqual([BYTES, 0o600]);
  expect(blocks * 512).toBeGreaterThanOrEqual(BYTES);
  expect([releaseBallast(path), existsSync(path), releaseBallast(path)]).toEqual([true, false, false]);
});

test('an existing one is left as it is', () => {
  reserveBallast(path, BYTES);
  const before = statSync(path, { bigint: true });
  expect(reserveBallast(path, BYTES)).toBe(true);
  expect(statSync(path, { bigint: true })).toMatchObject({ ino: before.ino, mtimeNs: before.mtimeNs });
});

test.each([
  ['half written', 1_000_000],
  ['larger than wanted now', 4_000_000],
  ['empty', 0],
])('one that is %s is created again', (_, bytes) => {
  writeFileSync(path, Buffer.alloc(bytes), { mode: 0o644 });
  expect(reserveBallast(path, BYTES)).toBe(true);
  expect([statSync(path).size, statSync(path).mode & 0o777]).toEqual([BYTES, 0o600]);
});

test.each([
  ['none is wanted', 0],
  ['there is no room for four times its size', 2 ** 52],
])('one is released when %s', (_, bytes) => {
  reserveBallast(path, BYTES);
  expect([reserveBallast(path, bytes), existsSync(path)]).toEqual([false, false]);
});

test('there is none if nothing can be written', () => {
  expect([reserveBallast('/proc/ballast', BYTES), releaseBallast('/proc/ballast')]).toEqual([false, false]);
  mkdirSync(path);
  expect([reserveBallast(path, BYTES), releaseBallast(path)]).toEqual([false, false]);
});
