import { execFile } from 'node:child_process';
import { access, statfs } from 'node:fs/promises';
import { normalize, sep } from 'node:path';
import { promisify } from 'node:util';
import checkDiskSpace from 'check-disk-space';
import { cleanEnvironment } from './clean-environment.ts';

/** What a filesystem has. */
export interface Space {
  readonly totalBytes: number;
  /** To a user: what is kept for root is not counted. */
  readonly availableBytes: number;
  /** 0: it has no fixed number of them. */
  readonly totalInodes: number;
  readonly availableInodes: number;
}

/** A df that hangs is killed after this. */
const DF_DEADLINE_MS = 5000;
const SMALLEST_BLOCK_BYTES = 512;
/** Filesystems whose size is remembered. */
const MAX_REMEMBERED = 256;

// The package's types describe its CommonJS half; the module's default export is the function itself.
const capacity = checkDiskSpace as unknown as typeof checkDiskSpace.default;
const run = promisify(execFile);

/** How many bytes a block has, by device, for as long as the filesystem has so many blocks. */
const blocksOf = new Map<string, { readonly blocks: number; readonly bytes: number }>();

/** What there is on the filesystem of an existing path; `device` names it. Takes as long as the filesystem takes to answer. Throws what the kernel says. */
export async function spaceAt(path: string, device: string): Promise<Space> {
  const { blocks, bavail, bsize, files, ffree } = await statfs(path);
  const bytes = await blockBytes(path, device, blocks, bsize);
  return { totalBytes: blocks * bytes, availableBytes: bavail * bytes, totalInodes: files, availableInodes: ffree };
}

/**
 * The unit in which a filesystem counts is not the block size that every Node tells (f_bsize), but f_frsize, which df goes by. On network
 * filesystems they differ by orders of magnitude. df is asked once, and again when the size changes.
 */
async function blockBytes(path: string, device: string, blocks: number, told: number): Promise<number> {
  const known = blocksOf.get(device);
  if (known?.blocks === blocks) return known.bytes;
  const size = blocks === 0 ? 0 : await sizeOf(path);
  const bytes = size === null ? null : Math.round(size / blocks);
  // A name of a device that looks like a column makes other numbers of it.
  const isCredible = bytes !== null && bytes >= SMALLEST_BLOCK_BYTES && Number.isInteger(Math.log2(bytes));
  if (blocksOf.size >= MAX_REMEMBERED) blocksOf.clear();
  blocksOf.set(device, { blocks, bytes: isCredible ? bytes : told });
  return isCredible ? bytes : told;
}

/** Bytes in all, as df says; null: it can't. */
async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await capacity(path, DF)).size;
  } catch {
    return null;
  }
}

/** How check-disk-space runs df: not for ever, and not as part of an attempt. */
const DF = {
  platform: 'linux',
  release: '',
  fsAccess: access,
  pathNormalize: normalize,
  pathSep: sep,
  cpExecFile: (file: string, args: readonly string[] | null | undefined) =>
    run(file, args ?? [], { env: cleanEnvironment(process.env), timeout: DF_DEADLINE_MS, killSignal: 'SIGKILL' }),
} as const;
