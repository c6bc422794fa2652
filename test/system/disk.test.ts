import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { diskSpace, sampleDisks } from '../../src/system/disk.ts';

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

test('a path that does not exist yet is where it will be', async () => {
  expect(await deviceOf(join(tmpdir(), 'no', 'such', 'path'))).toBe(await deviceOf(tmpdir()));
});

test('a path that can not be is unknown, in words', async () => {
  expect(await diskSpace('/proc/self/exe/below')).toEqual({ kind: 'unknown', because: expect.stringContaining('ENOTDIR') });
});

test('many paths are a few filesystems, each measured once and named by its shortest path', async () => {
  const { filesystems, unreachable } = await sampleDisks(['/proc/sys', '/proc', '/dev', '/proc/self/exe/below', '/proc']);
  expect(filesystems.map(({ path, paths }) => [path, paths])).toEqual([
    ['/proc', ['/proc', '/proc/sys']],
    ['/dev', ['/dev']],
  ]);
  expect(filesystems.every(({ totalBytes, availableBytes }) => availableBytes <= totalBytes)).toBe(true);
  expect(unreachable).toEqual([{ path: '/proc/self/exe/below', because: expect.stringContaining('ENOTDIR') }]);
});

test('a filesystem that does not answer stalls nothing, and is asked once', async () => {
  const { filesystems, unreachable } = await sampleDisks(['/sys', '/run'], 0);
  expect(filesystems).toEqual([]);
  expect(unreachable.map(({ because }) => because)).toEqual(['no answer within 0 ms', 'no answer within 0 ms']);
});

test('an answer that does not come in time is not waited for, and the look is shared', async () => {
  const [late, measured] = await Promise.all([diskSpace('/', 0), diskSpace('/')]);
  expect(late).toEqual({ kind: 'unknown', because: 'no answer within 0 ms' });
  expect(measured.kind).toBe('measured');
});

async function deviceOf(path: string): Promise<string> {
  const disk = await diskSpace(path);
  if (disk.kind !== 'measured') throw new Error(disk.because);
  return disk.device;
}
