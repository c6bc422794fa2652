import { randomFillSync } from 'node:crypto';
import { closeSync, fsyncSync, lstatSync, openSync, statfsSync, truncateSync, unlinkSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Reserve the ballast only if this many times its size is free: it must not be what fills the disk.
 */
export const ROOM_FACTOR = 4;
const CHUNK_BYTES = 2 ** 20;

/**
 * Makes sure that the file at `path` really occupies `bytes` of the disk, until `releaseBallast`
 * frees them. Returns whether the ballast exists. Safe to repeat; 0 bytes means no ballast.
 */
export function reserveBallast(path: string, bytes: number): boolean {
  const present = sizeOf(path);
  if (present === bytes) return true;
  if (present !== null) releaseBallast(path);
  if (bytes === 0) return false;
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    if (bavail * bsize < ROOM_FACTOR * bytes) return false;
    fill(path, bytes);
    return true;
  } catch {
    // There is less room than reported (a quota, another writer), or no permission to write: do
    // without.
    releaseBallast(path);
    return false;
  }
}

/** Frees the space, even on a full filesystem. Returns whether there was any. */
export function releaseBallast(path: string): boolean {
  const present = sizeOf(path);
  if (present === null) return false;
  // A full copy-on-write filesystem may refuse either one; each alone frees the blocks.
  const isEmptied = attempt(() => truncateSync(path, 0));
  const isRemoved = attempt(() => unlinkSync(path));
  return present > 0 && (isEmptied || isRemoved);
}

function fill(path: string, bytes: number): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let written = 0; written < bytes; ) {
      // On some filesystems, zeros would become a hole or be compressed away.
      randomFillSync(chunk);
      written += writeSync(file, chunk, 0, Math.min(CHUNK_BYTES, bytes - written));
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function sizeOf(path: string): number | null {
  try {
    return lstatSync(path).size;
  } catch {
    return null;
  }
}

function attempt(step: () => void): boolean {
  try {
    step();
    return true;
  } catch {
    return false;
  }
}
