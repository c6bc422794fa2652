import { fstatSync, readSync } from 'node:fs';

/** Filesystems free space in blocks of this size, or a fraction of it. */
const BLOCK_BYTES = 4096;
/** The unit of `blocks` in a stat. */
const STAT_BLOCK_BYTES = 512;
const FIRST_STEP_BYTES = 1024 * 1024;

/**
 * Where the hole at this offset of an open file ends: less than a block before the first byte after
 * it. Returns the offset itself if there is no hole. Takes a few reads, however long the hole is,
 * because a log has at most one.
 */
export function endOfHole(fd: number, offset: number): number {
  const { size, blocks } = fstatSync(fd);
  if (size - blocks * STAT_BLOCK_BYTES < BLOCK_BYTES || !isNul(fd, offset)) return offset;
  let low = offset;
  let high = offset + FIRST_STEP_BYTES;
  for (let step = FIRST_STEP_BYTES; high < size && isNul(fd, high); step *= 2) {
    low = high;
    high = low + step;
  }
  high = Math.min(high, size);
  while (high - low > BLOCK_BYTES) {
    const middle = low + Math.ceil((high - low) / 2 / BLOCK_BYTES) * BLOCK_BYTES;
    if (middle >= high) break;
    if (isNul(fd, middle)) low = middle;
    else high = middle;
  }
  return Math.min(size, low + BLOCK_BYTES);
}

const block = Buffer.alloc(BLOCK_BYTES);

/** Whether the next block from this offset contains only NULs. */
function isNul(fd: number, offset: number): boolean {
  const read = readSync(fd, block, 0, BLOCK_BYTES, offset);
  for (let at = 0; at < read; at++) if (block[at] !== 0) return false;
  return read > 0;
}
