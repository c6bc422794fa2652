import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import type { Surroundings } from './drill.ts';
import type { AtEnd } from './on-stages.ts';

/**
 * Mounts a small filesystem in memory over a directory, for its owner alone. Ends the drill if that
 * is impossible.
 */
export function mountOver({ skip }: Surroundings, atEnd: AtEnd, directory: string, mib: number): void {
  mkdirSync(directory, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', directory], { stdio: 'pipe' });
  } catch (error) {
    skip(`nothing can be mounted here: ${error instanceof Error ? error.message : error}`);
  }
  // Processes that still work there keep their open files.
  atEnd(() => execFileSync('umount', ['-l', directory]));
  chmodSync(directory, 0o700);
}

/**
 * Remounts it with another option. Returns false if a process has a file open for writing at this
 * moment.
 */
export const isRemounted = (directory: string, option: 'ro' | 'rw'): boolean =>
  spawnSync('mount', ['-o', `remount,${option}`, directory]).status === 0;
