import { closeSync, fsyncSync, openSync } from 'node:fs';

/**
 * Flushes a file's contents, or a directory's entries, to disk, so that they survive a power cut.
 */
export function syncToDisk(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
