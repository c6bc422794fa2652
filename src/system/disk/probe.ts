import { execFile } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { Socket } from 'node:net';
import { normalize, sep } from 'node:path';
import { promisify } from 'node:util';
import checkDiskSpace from 'check-disk-space';
import { errorMessage } from '../../core/values/error-message.ts';
import { cleanEnvironment } from '../command/clean-environment.ts';

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

/**
 * Asks a filesystem anything, in a process of its own, for as long as it takes. Throws what df says. A look of ours at one that hangs
 * would be a thread that never comes back: without it this process could do less, and not even end (Node waits for its threads).
 */
export async function knock(point: string): Promise<void> {
  try {
    await capacity(point, { ...DF, cpExecFile: inOurPlace });
  } catch (error) {
    throw new Error(errorMessage(error).trim().split('\n').at(-1));
  }
}

/** Keeps nobody from ending, and ends with us. */
function inOurPlace(file: string, args: readonly string[] | null | undefined): Promise<{ stdout: string; stderr: string }> {
  const asking = run(file, args ?? [], { env: cleanEnvironment(process.env) });
  const { child } = asking;
  child.unref();
  for (const pipe of [child.stdout, child.stderr]) if (pipe instanceof Socket) pipe.unref();
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end);
  return asking.finally(() => process.off('exit', end));
}

/** How check-disk-space runs df: not for ever, and not as part of an attempt. */
const DF = {
  platform: 'linux',
  release: '',
  // What is asked about is there; and a look in this process would be one that hangs.
  fsAccess: async () => {},
  pathNormalize: normalize,
  pathSep: sep,
  cpExecFile: (file: string, args: readonly string[] | null | undefined) =>
    run(file, args ?? [], { env: cleanEnvironment(process.env), timeout: DF_DEADLINE_MS, killSignal: 'SIGKILL' }),
} as const;
