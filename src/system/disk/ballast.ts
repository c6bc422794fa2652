import { randomFillSync } from 'node:crypto';
import { closeSync, fsyncSync, lstatSync, openSync, statfsSync, truncateSync, unlinkSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Reserved only where this many times its size is free: the ballast must not be what fills the disk. */
export const ROOM_FACTOR = 4;
const CHUNK_BYTES = 2 ** 20;

/**
 * Makes sure that `bytes` of the disk are really taken by the file at `path`, which `releaseBallast` gives back; true: it is there.
 * Safe to repeat. `bytes` 0 wants none.
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
    // Less room than it looked (a quota, another writer) or no right to write: then there is no ballast.
    releaseBallast(path);
    return false;
  }
}

/** Gives the space back, also on a filesystem that is full; true: there was some. */
export function releaseBallast(path: string): boolean {
  const present = sizeOf(path);
  if (present === null) return false;
  // Each alone may be refused by a full copy-on-write filesystem, and either frees the blocks.
  const isEmptied = attempt(() => truncateSync(path, 0));
  const isRemoved = attempt(() => unlinkSync(path));
  return present > 0 && (isEmptied || isRemoved);
}

function fill(path: string, bytes: number): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let written = 0; written < bytes; ) {
      // Zeros would be a hole, or compressed to nothing, on some filesystems.
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
