import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, type TestContext, test } from 'vitest';
import { pressureOf, wantsReclaim } from '../../../src/core/host/pressure.ts';
import type { DiskSample, Filesystem } from '../../../src/core/model/disk.ts';
import { diskSampler } from '../../../src/system/disk/sampler.ts';
import { Disks } from '../../kit/core/disks.ts';

const MIB = 2 ** 20;

/**
 * A directory for filesystems, and a function that mounts one there. Skips the test if nothing can
 * be mounted.
 */
function place(context: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-disks-'));
  const mounted: string[] = [];
  onTestFinished(() => {
    for (const at of mounted.reverse()) execFileSync('umount', ['-l', at]);
    rmSync(directory, { recursive: true });
  });
  const mount = (name: string, ...args: string[]): string => {
    const at = join(directory, name);
    mkdirSync(at, { recursive: true });
    try {
      execFileSync('mount', [...args, at], { stdio: 'pipe' });
    } catch (error) {
      context.skip(`no filesystem can be mounted here: ${error instanceof Error ? error.message : error}`);
    }
    mounted.push(at);
    return at;
  };
  const tmpfs = (name: string, options: string) => mount(name, '-t', 'tmpfs', '-o', options, 'a name with 7 columns');
  const ext4 = (name: string, sizeMib: number, ...options: string[]): string => {
    const image = join(directory, `${name}.image`);
    writeFileSync(image, '');
    truncateSync(image, sizeMib * MIB);
    try {
      execFileSync('mkfs.ext4', ['-q', ...options, image], { stdio: 'pipe' });
    } catch (error) {
      context.skip(`no ext4 can be made here: ${error instanceof Error ? error.message : error}`);
    }
    return mount(name, '-o', 'loop', image);
  };
  return { directory, tmpfs, ext4, unmount: () => execFileSync('umount', [mounted.pop() ?? '']) };
}

function fill(directory: string, bytes: number): void {
  writeFileSync(join(directory, 'filler'), Buffer.alloc(bytes, 1), { flush: true });
}

const only = ({ filesystems, unreachable }: Pick<DiskSample, 'filesystems' | 'unreachable'>): Filesystem => {
  expect(unreachable).toEqual([]);
  expect(filesystems).toHaveLength(1);
  return filesystems[0]!;
};

/** The result of measuring a path, 45 s after the last time. */
async function look(disks: Disks, path: string): Promise<string> {
  const { filesystems } = await diskSampler()([path]);
  disks.after(45, filesystems);
  return pressureOf(disks.state, path);
}

/** Fills a filesystem except for this share of its bytes. */
const leave = (disks: Disks, path: string, share: number) =>
  fill(path, Math.floor(disks.one.bytes.available - share * disks.one.bytes.total));

test('a filesystem that fills up is under soft pressure, then critical, then under none once it has been empty for the hold time', async (context) => {
  const at = place(context).ext4('disk', 64, '-m', '0', '-O', '^has_journal');
  const disks = new Disks();
  expect(await look(disks, at)).toBe('none');
  leave(disks, at, 0.1);
  expect([await look(disks, at), await look(disks, at)], 'the grace time').toEqual(['none', 'soft']);
  rmSync(join(at, 'filler'));
  await look(disks, at);
  leave(disks, at, 0.02);
  expect(await look(disks, at)).toBe('critical');
  const missing = wantsReclaim(disks.one, disks.marks, disks.mono)?.bytes ?? 0;
  expect(missing / disks.one.bytes.total, 'to twice the soft mark').toBeCloseTo(0.28, 2);
  rmSync(join(at, 'filler'));
  const levels: string[] = [];
  for (let looks = 0; looks < 8; looks++) levels.push(await look(disks, at));
  expect(levels).toEqual([...Array(7).fill('critical'), 'none']);
});

test('a filesystem without inodes is critical with all of its bytes free', async (context) => {
  const at = place(context).ext4('disk', 16, '-m', '0', '-N', '64');
  const disks = new Disks();
  expect(await look(disks, at)).toBe('none');
  expect(() => {
    for (let number = 0; number < 100; number++) writeFileSync(join(at, `${number}`), '');
  }).toThrow(/ENOSPC/);
  expect(await look(disks, at)).toBe('critical');
  expect(disks.one.bytes.available / disks.one.bytes.total).toBeGreaterThan(0.7);
  expect(disks.one.because).toMatch(/^0 of \d+ inodes available/);
  expect(wantsReclaim(disks.one, disks.marks, disks.mono)?.inodes).toBeGreaterThan(0);
});

test('what is reserved for root is not available', async (context) => {
  const at = place(context).ext4('disk', 32, '-m', '25');
  const { availableBytes, totalBytes } = only(await diskSampler()([at]));
  const { bfree, bsize } = statfsSync(at);
  expect(bfree * bsize - availableBytes).toBeGreaterThan(0.2 * totalBytes);
});

test('df decides the size of a block, and a name that looks like columns is parsed correctly', async (context) => {
  const at = place(context).tmpfs('disk', 'size=8m,nr_inodes=100');
  expect(only(await diskSampler()([at]))).toMatchObject({ totalBytes: 8 * MIB, availableBytes: 8 * MIB, totalInodes: 100 });
});

test('links, future paths, and another filesystem mounted over a path', async (context) => {
  const { directory, tmpfs, unmount } = place(context);
  const one = tmpfs('one', 'size=4m');
  const two = tmpfs('two', 'size=8m');
  symlinkSync(two, join(one, 'link'));
  const paths = [one, join(one, 'link', 'some', 'where'), two, join(directory, 'elsewhere')];
  const sample = diskSampler();
  const seen = async () =>
    (await sample(paths)).filesystems.map((fs) => [fs.totalBytes / MIB, fs.paths.map((path) => paths.indexOf(path)).sort()]);
  const host = [expect.any(Number), [3]];
  expect(await seen()).toEqual([[4, [0]], [8, [1, 2]], host]);
  tmpfs('elsewhere', 'size=16m');
  expect(await seen()).toEqual([
    [4, [0]],
    [8, [1, 2]],
    [16, [3]],
  ]);
  unmount();
  expect(await seen()).toEqual([[4, [0]], [8, [1, 2]], host]);
});

test('a filesystem that grows is noticed', async (context) => {
  const at = place(context).tmpfs('disk', 'size=4m');
  const sample = diskSampler();
  expect(only(await sample([at])).totalBytes).toBe(4 * MIB);
  execFileSync('mount', ['-o', 'remount,size=6m', at]);
  expect(only(await sample([at])).totalBytes).toBe(6 * MIB);
});
