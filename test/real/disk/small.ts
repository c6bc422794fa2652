import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, type TestContext } from 'vitest';
import { type Layout, layout } from '../../../src/store/directory/layout.ts';

/**
 * Settings for a disk that a test can fill: of 1.5 GiB, it is critical below 120 MiB, soft below
 * 230 MiB, and over at 276 MiB. Inodes do not count.
 */
export const SMALL_DISK = {
  DOGWATCH_DISK_SOFT: '15%',
  DOGWATCH_DISK_CRITICAL: '8%',
  DOGWATCH_MIN_RECLAIM: '3%',
  DOGWATCH_DISK_GRACE: '500ms',
  DOGWATCH_DISK_HOLD: '1s',
  DOGWATCH_INODES_SOFT: '0%',
  DOGWATCH_INODES_CRITICAL: '0%',
  DOGWATCH_STAGGER: '0s',
};

/** A state on a separate filesystem, small enough to be filled. */
export function smallDisk(context: TestContext, options: string): Layout {
  const base = mkdtempSync(join(tmpdir(), 'dogwatch-full-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', base], { stdio: 'pipe' });
  } catch (error) {
    rmSync(base, { recursive: true });
    context.skip(`no filesystem can be mounted here: ${error instanceof Error ? error.message : error}`);
  }
  onTestFinished(() => {
    execFileSync('umount', ['-l', base]);
    rmSync(base, { recursive: true });
  });
  return layout(join(base, 'state'));
}

/** Leaves no byte free. Returns the file that fills it. */
export function fill(where: Layout): string {
  const path = join(where.stateDir, 'filler');
  const fd = openSync(path, 'a');
  try {
    for (const size of [65_536, 4096, 1]) {
      try {
        while (writeSync(fd, Buffer.alloc(size, 1)) === size);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      }
    }
  } finally {
    closeSync(fd);
  }
  return path;
}
