import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { lstat } from 'node:fs/promises';
import { setPriority } from 'node:os';
import type { Readable } from 'node:stream';
import { cleanEnvironment } from '../command/clean-environment.ts';
import { inTime } from '../deadline.ts';

/** The space that the files below a directory take on its filesystem. */
export interface TreeSize {
  readonly bytes: number;
  /**
   * The part in files created since each of the given times, in their order; 0 if the filesystem
   * does not record creation times.
   */
  readonly newBytes: readonly number[];
}

/** Runs at low priority beside agents, which may need all of the disk and the processor. */
const NICE = 19;
const STAT_BLOCK_BYTES = 512;
/** Blocks, time of change (seconds since the epoch), number of links, inode, and path. */
const FORMAT = '%b %C@ %n %i %p\\0';
/**
 * How many new files are checked for their creation time, largest first; beyond this, small ones do
 * not count.
 */
const MAX_ASKED = 20_000;
const ASKED_AT_ONCE = 16;

/**
 * Adds up the files below a directory, on its filesystem alone, with GNU find(1). Returns null if
 * that fails or takes longer than the deadline: then the size is unknown.
 */
export async function treeSize(directory: string, newSinceWalls: readonly number[], deadlineMs: number): Promise<TreeSize | null> {
  const child = spawn('find', [directory, '-xdev', '-type', 'f', '-printf', FORMAT], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...cleanEnvironment(process.env), LC_ALL: 'C' },
  });
  const round = { isOver: false };
  const size = await inTime(sizeFrom(child, newSinceWalls, round), deadlineMs);
  round.isOver = true;
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  // If the filesystem hangs, not even that ends it.
  child.stdout.destroy();
  child.unref();
  return size;
}

type Finder = ChildProcessByStdio<null, Readable, null>;

async function sizeFrom(child: Finder, newSinceWalls: readonly number[], round: { readonly isOver: boolean }): Promise<TreeSize | null> {
  const ended = new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false));
    // It exits with 1 if a file vanished meanwhile or cannot be read.
    child.once('close', (code) => resolve(code === 0 || code === 1));
  });
  yieldTo(child.pid);
  const found = await listed(child.stdout, Math.min(...newSinceWalls)).catch(() => null);
  if (found === null || !(await ended)) return null;
  return { bytes: found.bytes, newBytes: await madeSince(newSinceWalls, found.changed, () => round.isOver) };
}

interface Changed {
  readonly path: string;
  readonly bytes: number;
}

/**
 * The space of all files, and which of them were changed since a given time (only those can have
 * been created since). Null if the output is not a list.
 */
async function listed(output: Readable, sinceWall: number): Promise<{ bytes: number; changed: Changed[] } | null> {
  let [bytes, rest] = [0, ''];
  const linked = new Set<string>();
  const changed: Changed[] = [];
  // A name may contain any bytes.
  for await (const chunk of output.setEncoding('latin1')) {
    const entries = `${rest}${chunk}`.split('\0');
    rest = entries.pop() ?? '';
    for (const entry of entries) {
      const [, blocks, changedAt, names, inode = '', path = ''] = /^(\d+) (\S+) (\d+) (\d+) (.*)$/s.exec(entry) ?? [];
      if (blocks === undefined) return null;
      if (names !== '1' && linked.has(inode)) continue;
      if (names !== '1') linked.add(inode);
      const taken = Number(blocks) * STAT_BLOCK_BYTES;
      bytes += taken;
      if (taken > 0 && Number(changedAt) * 1000 >= sinceWall) changed.push({ path, bytes: taken });
    }
  }
  return rest === '' ? { bytes, changed } : null;
}

/** The space of the files created since each time, as far as the filesystem records that. */
async function madeSince(sinceWalls: readonly number[], changed: readonly Changed[], isLate: () => boolean): Promise<readonly number[]> {
  const asked = changed.toSorted((a, b) => b.bytes - a.bytes).slice(0, MAX_ASKED);
  const made: { readonly bytes: number; readonly atWall: number }[] = [];
  const ask = async () => {
    for (let one = asked.pop(); one !== undefined && !isLate(); one = asked.pop()) {
      const seen = await lstat(Buffer.from(one.path, 'latin1')).catch(() => null);
      if (seen !== null) made.push({ bytes: one.bytes, atWall: seen.birthtimeMs });
    }
  };
  await Promise.all(Array.from({ length: ASKED_AT_ONCE }, ask));
  return sinceWalls.map((since) => made.reduce((sum, { bytes, atWall }) => (atWall >= since ? sum + bytes : sum), 0));
}

function yieldTo(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, NICE);
  } catch {
    // It has already ended.
  }
}
