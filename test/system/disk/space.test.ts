import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { diskSpace } from '../../../src/system/disk/space.ts';

test('a directory has room on its filesystem', async () => {
  const { blocks, bsize, files } = await statfs(tmpdir());
  const disk = await diskSpace(tmpdir());
  if (disk.kind !== 'measured') throw new Error(disk.because);
  expect(disk.availableBytes).toBeGreaterThan(0);
  expect(disk.availableBytes).toBeLessThanOrEqual(disk.totalBytes);
  expect(disk.totalBytes).toBe(blocks * bsize);
  expect(disk.availableInodes === null).toBe(files === 0);
});

test('paths on one filesystem have one device, those on another have another', async () => {
  const devices = await Promise.all(['/proc', '/proc/sys', '/dev'].map(async (path) => deviceOf(path)));
  expect(devices[1]).toBe(devices[0]);
  expect(devices[2]).not.toBe(devices[0]);
});

test('a path that does not exist yet is measured where it will be', async () => {
  expect(await deviceOf('/dev/no/such/path')).toBe(await deviceOf('/dev'));
});

test('a path that cannot be measured is unknown, in words', async () => {
  expect(await diskSpace(`/${'x'.repeat(300)}`)).toEqual({ kind: 'unknown', because: expect.stringContaining('ENAMETOOLONG') });
});

test('concurrent calls share one look', async () => {
  const [one, other] = await Promise.all([diskSpace('/'), diskSpace('/')]);
  expect(one.kind).toBe('measured');
  expect(other).toBe(one);
});

async function deviceOf(path: string): Promise<string> {
  const disk = await diskSpace(path);
  if (disk.kind !== 'measured') throw new Error(disk.because);
  return disk.device;
}
