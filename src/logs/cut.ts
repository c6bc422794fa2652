import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs';
import { cleanEnvironment } from '../system/command/clean-environment.ts';

/** How a log that was too large was cut. */
export interface LogCut {
  /**
   * `punched`: its oldest part was freed, and the offsets in it stay valid. `emptied`: only all of
   * it could be freed.
   */
  readonly how: 'punched' | 'emptied';
  /** The space it took before and after, in bytes. */
  readonly tookBytes: number;
  readonly takesBytes: number;
  /** Size of the disk, if it was so full that nothing could be written any more. */
  readonly filledBytes?: number;
}

/** Frees a part of an open file. Throws if that is not possible. */
export type Punch = (fd: number, offset: number, length: number) => Promise<void>;

/** The beginning is kept: it identifies the file, and shows a person what was asked for. */
const HEAD_BYTES = 64 * 1024;
/** A longer line may be cut in the middle. */
const LINE_BYTES = 1024 * 1024;
const STAT_BLOCK_BYTES = 512;
const NEWLINE = 0x0a;
const DEADLINE_MS = 30_000;

/**
 * Cuts a log that takes more than `mostBytes` while it is being written to: its newest half stays,
 * at the same offsets. Returns null if it is small enough or does not exist. Writers that append
 * continue undisturbed, whether it is punched or emptied. Throws the kernel's errors.
 */
export async function cutLog(path: string, mostBytes: number, punch: Punch = punchHole): Promise<LogCut | null> {
  const fd = open(path, constants.O_RDONLY);
  if (fd === null) return null;
  try {
    const before = cutInNeed.get(path);
    cutInNeed.delete(path);
    if (before !== undefined) return { ...before, takesBytes: taken(fd) ?? 0 };
    const tookBytes = taken(fd);
    if (tookBytes === null || tookBytes <= mostBytes) return null;
    const { from, to } = oldestPart(fd, mostBytes / 2);
    const isPunched =
      to > from &&
      (await punch(fd, from, to - from).then(
        () => true,
        () => false,
      ));
    const left = taken(fd) ?? 0;
    if (isPunched && left < tookBytes) return { how: 'punched', tookBytes, takesBytes: left };
    empty(path, fd);
    return { how: 'emptied', tookBytes, takesBytes: taken(fd) ?? 0 };
  } finally {
    closeSync(fd);
  }
}

/** Logs that were cut in an emergency, until that is reported. */
const cutInNeed = new Map<string, Omit<LogCut, 'takesBytes'>>();

/**
 * Cuts a log to its newest part at once, for a caller that can write nothing until there is room.
 * The next `cutLog` reports it. Returns false if no space was freed.
 */
export function cutLogNow(path: string, keptBytes: number, diskBytes: number): boolean {
  const fd = open(path, constants.O_RDONLY);
  if (fd === null) return false;
  try {
    const tookBytes = taken(fd) ?? 0;
    const { from, to } = oldestPart(fd, keptBytes);
    const punched = to > from ? spawnSync('fallocate', punchArguments(fd, from, to - from), quietly()).status : null;
    const isPunched = punched === 0 && (taken(fd) ?? 0) < tookBytes;
    if (!isPunched) empty(path, fd);
    const isCut = (taken(fd) ?? 0) < tookBytes;
    if (isCut) cutInNeed.set(path, { how: isPunched ? 'punched' : 'emptied', tookBytes, filledBytes: diskBytes });
    return isCut;
  } finally {
    closeSync(fd);
  }
}

/** Everything except the beginning and the newest bytes, in whole lines. */
function oldestPart(fd: number, keptBytes: number): { readonly from: number; readonly to: number } {
  const from = afterLine(fd, HEAD_BYTES - 1, -1);
  return { from, to: afterLine(fd, Math.max(from, fstatSync(fd).size - Math.floor(keptBytes)), 1) };
}

/** The space a file takes on its filesystem, or null if it is not a regular file. */
function taken(fd: number): number | null {
  const seen = fstatSync(fd);
  return seen.isFile() ? seen.blocks * STAT_BLOCK_BYTES : null;
}

/**
 * An agent must not have another file cut by replacing its log with a link. Only a process's own
 * descriptor may be reached through one.
 */
function open(path: string, flags: number): number | null {
  try {
    return openSync(path, flags | constants.O_NONBLOCK | (path.startsWith('/proc/') ? 0 : constants.O_NOFOLLOW));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

/**
 * The beginning of a line near an offset, before (-1) or after it (1), or the offset itself if
 * there is none nearby.
 */
function afterLine(fd: number, offset: number, direction: 1 | -1): number {
  const start = direction === 1 ? offset : Math.max(0, offset - LINE_BYTES);
  const bytes = Buffer.alloc(direction === 1 ? LINE_BYTES : offset - start);
  const read = readSync(fd, bytes, 0, bytes.length, start);
  const found = direction === 1 ? bytes.subarray(0, read).indexOf(NEWLINE) : bytes.subarray(0, read).lastIndexOf(NEWLINE);
  return found === -1 ? offset : start + found + 1;
}

/** Opens the file again by its path, since it was opened read-only. */
function empty(path: string, like: number): void {
  const fd = open(path, constants.O_WRONLY);
  if (fd === null) return;
  try {
    const [wanted, found] = [fstatSync(like), fstatSync(fd)];
    if (wanted.ino === found.ino && wanted.dev === found.dev) ftruncateSync(fd, 0);
  } finally {
    closeSync(fd);
  }
}

/**
 * fallocate(1) of util-linux, since Node has no call for it. It gets the open file rather than a
 * name, which may refer to another file by then.
 */
const punchArguments = (fd: number, offset: number, length: number): readonly string[] => [
  '--punch-hole',
  '--offset',
  String(offset),
  '--length',
  String(length),
  `/proc/${process.pid}/fd/${fd}`,
];

/** Nothing has to be loaded for it, which may be impossible on a full disk. */
const quietly = () => ({ stdio: 'ignore', timeout: DEADLINE_MS, env: cleanEnvironment(process.env) }) as const;

async function punchHole(fd: number, offset: number, length: number): Promise<void> {
  const child = spawn('fallocate', punchArguments(fd, offset, length), quietly());
  const [code, signal] = await once(child, 'exit');
  if (code !== 0) throw new Error(`fallocate: ${signal ?? `exit status ${code}`}`);
}
