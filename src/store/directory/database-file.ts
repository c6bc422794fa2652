import { statSync } from 'node:fs';
import { storeError } from './error.ts';

/** A directory that can't be searched may hold runs: only a missing database is empty. */
export function isThere(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw storeError(error, path);
  }
}

/** Identifies the file that is there, or returns null if there is none. */
export function fileAt(path: string): string | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? null : `${stats.dev} ${stats.ino}`;
}
