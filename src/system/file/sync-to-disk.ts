import { closeSync, fsyncSync, openSync } from 'node:fs';

/**
 * Puts what was written to a file, or the names in a directory, on the disk: it survives a power
 * cut from then on.
 */
export function syncToDisk(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
