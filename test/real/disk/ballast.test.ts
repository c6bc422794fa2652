import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, statfsSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { releaseBallast, reserveBallast } from '../../../src/system/disk/ballast.ts';

const BYTES = 2 ** 20;
const CHUNK = Buffer.alloc(65_536, 'x');
/** A file to create a filesystem in. */
let image: string;
let directory: string;
let disk: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dogwatch-full-disk-'));
  disk = join(directory, 'disk');
  image = join(directory, 'image');
  mkdirSync(disk);
});
afterEach(() => {
  try {
    execFileSync('umount', [disk], { stdio: 'pipe' });
  } catch {
    // It was not mounted.
  }
  rmSync(directory, { recursive: true, force: true });
});

const mount = (...args: string[]) => execFileSync('mount', [...args, disk], { stdio: 'pipe' });

/**
 * Filesystems of 16 MiB: one that only counts, and one with blocks, a journal and space reserved
 * for root.
 */
const FILESYSTEMS: readonly [string, () => void][] = [
  ['tmpfs', () => mount('-t', 'tmpfs', '-o', 'size=16m', 'none')],
  [
    'ext4',
    () => {
      writeFileSync(image, '');
      truncateSync(image, 16 * BYTES);
      execFileSync('mkfs.ext4', ['-q', '-m', '0', image], { stdio: 'pipe' });
      mount('-o', 'loop', image);
    },
  ],
];

test.for(FILESYSTEMS)('on a full %s the ballast releases its space', ([name, make], context) => {
  try {
    make();
  } catch (error) {
    context.skip(`no ${name} can be mounted here: ${error instanceof Error ? error.message : error}`);
  }
  const ballast = join(disk, 'ballast');
  const decision = () => writeFileSync(join(disk, 'decision'), CHUNK, { flush: true });

  expect(reserveBallast(ballast, BYTES)).toBe(true);
  fill();
  expect(decision).toThrow(/ENOSPC/);
  expect(reserveBallast(ballast, BYTES)).toBe(true);

  expect(releaseBallast(ballast)).toBe(true);
  decision();
  expect(available()).toBeGreaterThan(BYTES / 2);

  // There is too little space for a new one, which would itself fill the disk.
  expect(reserveBallast(ballast, BYTES)).toBe(false);
  expect(statSync(ballast, { throwIfNoEntry: false })).toBeUndefined();
});

/** To the last block: `write` writes what fits, then fails with ENOSPC. */
function fill(): void {
  for (const chunk of [CHUNK, CHUNK.subarray(0, 512), CHUNK.subarray(0, 1)]) {
    try {
      for (;;) appendFileSync(join(disk, 'filler'), chunk);
    } catch (error) {
      if (!(error instanceof Error && error.message.includes('ENOSPC'))) throw error;
    }
  }
}

function available(): number {
  const { bavail, bsize } = statfsSync(disk);
  return bavail * bsize;
}
