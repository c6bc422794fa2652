import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, type TestContext } from 'vitest';
import { type Layout, layout } from '../../../src/store/directory/layout.ts';

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
