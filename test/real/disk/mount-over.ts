import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, type TestContext } from 'vitest';

export interface Wanted {
  readonly kind: 'ext4' | 'tmpfs';
  readonly mib: number;
  readonly inodes?: number;
}

/**
 * Mounts a small filesystem over a directory, for its owner alone, with nothing reserved for root.
 * Skips the test if that is impossible.
 */
export function mountOver({ skip }: Pick<TestContext, 'skip'>, directory: string, { kind, mib, inodes }: Wanted): void {
  const base = mkdtempSync(join(tmpdir(), 'dogwatch-mount-'));
  onTestFinished(() => {
    spawnSync('umount', ['-l', directory]);
    rmSync(base, { recursive: true, force: true });
  });
  mkdirSync(directory, { recursive: true });
  try {
    if (kind === 'ext4') {
      const image = join(base, 'image');
      execFileSync('truncate', ['-s', `${mib}M`, image]);
      execFileSync('mkfs.ext4', ['-q', '-m', '0', ...(inodes === undefined ? [] : ['-N', `${inodes}`]), image], { stdio: 'pipe' });
      execFileSync('mount', ['-o', 'loop', image, directory], { stdio: 'pipe' });
    } else {
      const size = `size=${mib}m${inodes === undefined ? '' : `,nr_inodes=${inodes}`}`;
      execFileSync('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', directory], { stdio: 'pipe' });
    }
    chmodSync(directory, 0o700);
  } catch (error) {
    skip(`no ${kind} can be mounted here: ${error instanceof Error ? error.message : error}`);
  }
}
