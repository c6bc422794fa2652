import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import type { Surroundings } from './drill.ts';
import type { AtEnd } from './on-stages.ts';

/** A small filesystem in memory over a directory, for its owner alone. Ends the drill where there can be none. */
export function mountOver({ skip }: Surroundings, atEnd: AtEnd, directory: string, mib: number): void {
  mkdirSync(directory, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', directory], { stdio: 'pipe' });
  } catch (error) {
    skip(`nothing can be mounted here: ${error instanceof Error ? error.message : error}`);
  }
  // Whoever still works there keeps what is open.
  atEnd(() => execFileSync('umount', ['-l', directory]));
  chmodSync(directory, 0o700);
}

/** Mounts it again with another option. False: somebody has a file open for writing at this moment. */
export const isRemounted = (directory: string, option: 'ro' | 'rw'): boolean =>
  spawnSync('mount', ['-o', `remount,${option}`, directory]).status === 0;
