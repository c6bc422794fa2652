import { statfsSync } from 'node:fs';
import { readProcFile } from './proc-file.ts';

/**
 * How far the kernel had given out pids at a moment. It gives them out in order, to processes and
 * threads alike, and starts again at the bottom when it has reached the largest one.
 */
export interface PidsGivenOut {
  readonly last: number;
  readonly largest: number;
  /** Processes and threads alive: their pids are skipped. */
  readonly alive: number;
  /** Forks since the machine booted, counted before and after `last` was read. */
  readonly forks: readonly [before: number, after: number];
}

/** Null if this machine does not say it, or something else answers in the kernel's place. */
export function pidsGivenOut(): PidsGivenOut | null {
  if (!isFromKernel()) return null;
  const before = forks();
  const [, alive, last] = /^\S+ \S+ \S+ \d+\/(\d+) (\d+)\n$/.exec(textOf('/proc/loadavg')) ?? [];
  const largest = Number(textOf('/proc/sys/kernel/pid_max'));
  const after = forks();
  const all = { last: Number(last), largest, alive: Number(alive), forks: [before, after] as const };
  return [all.last, all.largest, all.alive, before, after].every((number) => number > 0) ? all : null;
}

/** The lowest pid after the largest one was given out. */
const LOWEST = 300;

/**
 * The pids that may have been given out between two moments, or null if that cannot be known: no
 * other pid belongs to a process that started between them. Null, too, for more than `most` pids.
 */
export function pidsBetween(from: PidsGivenOut, to: PidsGivenOut, most: number): readonly number[] | null {
  const forks = to.forks[1] - from.forks[0];
  const isWrapped = to.last < from.last;
  const [upper, lower] = isWrapped
    ? [Math.max(0, to.largest - 1 - from.last), Math.max(0, to.last - LOWEST + 1)]
    : [to.last - from.last, 0];
  const count = upper + lower;
  // With more forks than pids, all of them may have been given out anew. A longer way than there
  // were forks means that this is not how the kernel does it.
  if (forks < 0 || forks >= to.largest - LOWEST || count > forks + to.alive || count > most) return null;
  if (from.largest !== to.largest) return null;
  return [
    ...Array.from({ length: upper }, (_, index) => from.last + 1 + index),
    ...Array.from({ length: lower }, (_, index) => LOWEST + index),
  ];
}

const PROC_MAGIC = 0x9fa0;
let kernel: boolean | null = null;

/** In some containers these files are another filesystem's, and made up. */
function isFromKernel(): boolean {
  kernel ??= ['/proc/stat', '/proc/loadavg', '/proc/sys/kernel/pid_max'].every((path) => {
    try {
      return statfsSync(path).type === PROC_MAGIC;
    } catch {
      return false;
    }
  });
  return kernel;
}

const FORKS = Buffer.from('\nprocesses ');

function forks(): number {
  const stat = readProcFile('/proc/stat');
  const at = stat?.indexOf(FORKS) ?? -1;
  if (stat === null || at < 0) return 0;
  const begin = at + FORKS.length;
  return Number(stat.toString('latin1', begin, stat.indexOf('\n', begin)));
}

const textOf = (path: string): string => readProcFile(path)?.toString('latin1') ?? '';
