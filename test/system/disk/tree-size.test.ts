import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { treeSize } from '../../../src/system/disk/tree-size.ts';

const KIB = 1024;
const LONG_MS = 20_000;
const DAY_MS = 86_400_000;

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'dogwatch-tree-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

test('files count by the blocks they take, each once, whatever their names', async () => {
  const path = directory();
  mkdirSync(join(path, 'sub'));
  writeFileSync(join(path, 'sub', 'a\nb c'), Buffer.alloc(64 * KIB, 1));
  linkSync(join(path, 'sub', 'a\nb c'), join(path, 'again'));
  symlinkSync('/usr', join(path, 'elsewhere'));
  expect(await treeSize(path, [], LONG_MS)).toEqual({ bytes: 64 * KIB, newBytes: [] });
});

test('files created since then are new; files that only grew are not', async () => {
  const path = directory();
  writeFileSync(join(path, 'old'), Buffer.alloc(4 * KIB, 1));
  await setTimeout(50);
  const since = Date.now();
  await setTimeout(50);
  writeFileSync(join(path, 'new'), Buffer.alloc(32 * KIB, 1));
  writeFileSync(join(path, 'old'), Buffer.alloc(16 * KIB, 1));
  expect(await treeSize(path, [since, 0, Date.now() + DAY_MS], LONG_MS)).toEqual({
    bytes: 48 * KIB,
    newBytes: [32 * KIB, 48 * KIB, 0],
  });
});

test('an empty directory takes nothing; a size that is late is unknown', async () => {
  const path = directory();
  expect(await treeSize(path, [0], LONG_MS)).toEqual({ bytes: 0, newBytes: [0] });
  expect(await treeSize('/', [0], 1)).toBeNull();
});
