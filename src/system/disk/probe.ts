import { execFile } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { Socket } from 'node:net';
import { normalize, sep } from 'node:path';
import { promisify } from 'node:util';
import checkDiskSpace from 'check-disk-space';
import { errorMessage } from '../../core/values/error-message.ts';
import { cleanEnvironment } from '../command/clean-environment.ts';

/** The size of a filesystem and what is free. */
export interface Space {
  readonly totalBytes: number;
  /** Available to users: the space reserved for root is not counted. */
  readonly availableBytes: number;
  /** 0 if it has no fixed number of inodes. */
  readonly totalInodes: number;
  readonly availableInodes: number;
}

/** A df that hangs is killed after this. */
const DF_DEADLINE_MS = 5000;
const SMALLEST_BLOCK_BYTES = 512;
/**
 * Filesystems on a local disk or in memory (statfs(2): ext2 to ext4, XFS, Btrfs, tmpfs) count in
 * the size that they report.
 */
const LOCAL = new Set([0xef53, 0x58465342, 0x9123683e, 0x01021994]);
/** How many filesystems' block sizes are remembered. */
const MAX_REMEMBERED = 256;

// The package's types describe its CommonJS half; the module's default export is the function
// itself.
const capacity = checkDiskSpace as unknown as typeof checkDiskSpace.default;
const run = promisify(execFile);

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
  const size = blocks === 0 ? 0 : await sizeOf(path);
  const bytes = size === null ? null : Math.round(size / blocks);
  // A device name that looks like a column would yield wrong numbers.
  const isCredible = bytes !== null && bytes >= SMALLEST_BLOCK_BYTES && Number.isInteger(Math.log2(bytes));
  if (blocksOf.size >= MAX_REMEMBERED) blocksOf.clear();
  blocksOf.set(device, { blocks, bytes: isCredible ? bytes : reported });
  return isCredible ? bytes : reported;
}

/** The total size in bytes according to df, or null if it fails. */
async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await capacity(path, DF)).size;
  } catch {
    return null;
  }
}

/**
 * Queries a filesystem from another process, for as long as it takes. Throws df's error. Looking
 * from this process at a filesystem that hangs would block a thread forever: this process could do
 * less, and not even exit (Node waits for its threads).
 */
export async function knock(point: string): Promise<void> {
  try {
    await capacity(point, { ...DF, cpExecFile: inOurPlace });
  } catch (error) {
    throw new Error(errorMessage(error).trim().split('\n').at(-1));
  }
}

/** Does not keep this process alive, and is killed when it exits. */
function inOurPlace(file: string, args: readonly string[] | null | undefined): Promise<{ stdout: string; stderr: string }> {
  const asking = run(file, args ?? [], { env: cleanEnvironment(process.env) });
  const { child } = asking;
  child.unref();
  for (const pipe of [child.stdout, child.stderr]) if (pipe instanceof Socket) pipe.unref();
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end);
  return asking.finally(() => process.off('exit', end));
}

/** How check-disk-space runs df: with a deadline, and not as part of an attempt. */
const DF = {
  platform: 'linux',
  release: '',
  // The path exists; and checking it from this process could hang.
  fsAccess: async () => {},
  pathNormalize: normalize,
  pathSep: sep,
  cpExecFile: (file: string, args: readonly string[] | null | undefined) =>
    run(file, args ?? [], { env: cleanEnvironment(process.env), timeout: DF_DEADLINE_MS, killSignal: 'SIGKILL' }),
} as const;
