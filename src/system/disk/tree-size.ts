import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { lstat } from 'node:fs/promises';
import { setPriority } from 'node:os';
import type { Readable } from 'node:stream';
import { cleanEnvironment } from '../command/clean-environment.ts';
import { inTime } from '../deadline.ts';

/** What the files below a directory take of its filesystem. */
export interface TreeSize {
  readonly bytes: number;
  /** Of that, what is in files that were made since a moment; nothing where the filesystem does not keep when a file was made. */
  readonly newBytes: number;
}

/** It works beside agents that may need every bit of the disk and the processor. */
const NICE = 19;
const STAT_BLOCK_BYTES = 512;
/** Blocks, when it was changed (seconds since the epoch), names that it has, which file it is, and where. */
const FORMAT = '%b %C@ %n %i %p\\0';
/** New files that are asked when they were made, the largest first: of more than these the small ones do not count. */
const MAX_ASKED = 20_000;
const ASKED_AT_ONCE = 16;

/**
 * Adds up the files below a directory, on its filesystem alone, with find(1) of the GNU system. Null where that takes longer than the
 * deadline, or can't be done at all: then nobody knows.
 */
export async function treeSize(directory: string, newSinceWall: number, deadlineMs: number): Promise<TreeSize | null> {
  const child = spawn('find', [directory, '-xdev', '-type', 'f', '-printf', FORMAT], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...cleanEnvironment(process.env), LC_ALL: 'C' },
  });
  const round = { isOver: false };
  const size = await inTime(sizeFrom(child, newSinceWall, round), deadlineMs);
  round.isOver = true;
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  // Where the filesystem hangs, not even that ends it.
  child.stdout.destroy();
  child.unref();
  return size;
}

type Finder = ChildProcessByStdio<null, Readable, null>;

async function sizeFrom(child: Finder, newSinceWall: number, round: { readonly isOver: boolean }): Promise<TreeSize | null> {
  const ended = new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false));
    // What has gone meanwhile, or can't be read, makes it 1.
    child.once('close', (code) => resolve(code === 0 || code === 1));
  });
  yieldTo(child.pid);
  const found = await listed(child.stdout, newSinceWall).catch(() => null);
  if (found === null || !(await ended)) return null;
  return { bytes: found.bytes, newBytes: await madeSince(newSinceWall, found.changed, () => round.isOver) };
}

interface Changed {
  readonly path: string;
  readonly bytes: number;
}

/** What all files take, and which of them were changed since a moment: none else was made since then. Null: it is no list. */
async function listed(output: Readable, sinceWall: number): Promise<{ bytes: number; changed: Changed[] } | null> {
  let [bytes, rest] = [0, ''];
  const linked = new Set<string>();
  const changed: Changed[] = [];
  // A name may be any bytes.
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

/** What is in those files that were made since a moment, as far as the filesystem keeps when that was. */
async function madeSince(sinceWall: number, changed: readonly Changed[], isLate: () => boolean): Promise<number> {
  const asked = changed.toSorted((a, b) => b.bytes - a.bytes).slice(0, MAX_ASKED);
  let sum = 0;
  const ask = async () => {
    for (let one = asked.pop(); one !== undefined && !isLate(); one = asked.pop()) {
      const seen = await lstat(Buffer.from(one.path, 'latin1')).catch(() => null);
      if (seen !== null && seen.birthtimeMs >= sinceWall) sum += one.bytes;
    }
  };
  await Promise.all(Array.from({ length: ASKED_AT_ONCE }, ask));
  return sum;
}

function yieldTo(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, NICE);
  } catch {
    // It has ended already.
  }
}
