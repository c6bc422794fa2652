import { statfs as statfsOf } from 'node:fs';
import { promisify } from 'node:util';

/** The size of a filesystem and what is free. */
export interface Space {
  readonly totalBytes: number;
  /** Available to users: the space reserved for root is not counted. */
  readonly availableBytes: number;
  /** 0 if it has no fixed number of inodes. */
  readonly totalInodes: number;
  readonly availableInodes: number;
}

// Loading `node:fs/promises` would take longer than all looks of a command.
const statfs = promisify(statfsOf);

const SMALLEST_BLOCK_BYTES = 512;
/**
 * Filesystems on a local disk or in memory (statfs(2): ext2 to ext4, XFS, Btrfs, tmpfs) count in
 * the size that they report.
 */
const LOCAL = new Set([0xef53, 0x58465342, 0x9123683e, 0x01021994]);
/** How many filesystems' block sizes are remembered. */
const MAX_REMEMBERED = 256;

/** The block size in bytes by device, valid while the filesystem has this many blocks. */
const blocksOf = new Map<string, { readonly blocks: number; readonly bytes: number }>();

/**
 * The space on the filesystem of an existing path; `device` identifies it. Takes as long as the
 * filesystem takes to answer. Throws the kernel's errors.
 */
export async function spaceAt(path: string, device: string): Promise<Space> {
  const { type, blocks, bavail, bsize, files, ffree } = await statfs(path);
  const bytes = LOCAL.has(type) ? bsize : await blockBytes(path, device, blocks, bsize);
  return { totalBytes: blocks * bytes, availableBytes: bavail * bytes, totalInodes: files, availableInodes: ffree };
}

/**
 * A filesystem counts in units of f_frsize, which df uses, not of the block size that every Node
 * reports (f_bsize). On network filesystems they differ by orders of magnitude. df runs once, and
 * again when the size changes.
 */
async function blockBytes(path: string, device: string, blocks: number, reported: number): Promise<number> {
  const known = blocksOf.get(device);
  if (known?.blocks === blocks) return known.bytes;
  // Few machines need it, and what it loads takes longer than the look.
  const size = blocks === 0 ? 0 : await (await import('./df.ts')).sizeOf(path);
  const bytes = size === null ? null : Math.round(size / blocks);
  // A device name that looks like a column would yield wrong numbers.
  const isCredible = bytes !== null && bytes >= SMALLEST_BLOCK_BYTES && Number.isInteger(Math.log2(bytes));
  if (blocksOf.size >= MAX_REMEMBERED) blocksOf.clear();
  blocksOf.set(device, { blocks, bytes: isCredible ? bytes : reported });
  return isCredible ? bytes : reported;
}
