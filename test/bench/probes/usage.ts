import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { SIZE } from '../size.ts';

const NS_PER_MS = 1e6;
const MS_PER_TICK = 10;

/** What processes used: CPU in percent of a core over a window, and memory at its end. */
export interface Usage {
  readonly percent: number;
  /** Resident, in MB. Shared memory counts for each process. */
  readonly residentMB: number;
  readonly processes: number;
}

/**
 * The usage of several groups of processes in one window. A process that starts and ends within it
 * counts through its parent.
 */
async function usage(groups: readonly (() => readonly number[])[], windowMs: number): Promise<readonly Usage[]> {
  const before = groups.map((pids) => new Map(pids().map((pid) => [pid, cpuMs(pid)])));
  const begun = performance.now();
  await setTimeout(windowMs);
  return before.map((group) => {
    const elapsedMs = performance.now() - begun;
    const used = [...group].reduce((sum, [pid, ms]) => sum + Math.max(0, cpuMs(pid) - ms), 0);
    const residentMB = [...group.keys()].reduce((sum, pid) => sum + resident(pid), 0);
    return { percent: (100 * used) / elapsedMs, residentMB, processes: group.size };
  });
}

/**
 * The usage of each group in some windows, one after the other. Idle means days: what a young process
 * does only once (compiling code as it is used) is over before the first.
 */
export async function usages(groups: readonly (() => readonly number[])[]): Promise<readonly (readonly Usage[])[]> {
  await setTimeout(SIZE.settleMs);
  const windows: (readonly Usage[])[] = [];
  for (let piece = 0; piece < SIZE.idlePieces; piece++) windows.push(await usage(groups, SIZE.idleMs));
  return groups.map((_, index) => windows.map((all) => all[index]!));
}

/**
 * Precise to the nanosecond for its own time (proc(5), schedstat), without children except those it
 * waited for.
 */
function cpuMs(pid: number): number {
  try {
    const own = readdirSync(`/proc/${pid}/task`).map((task) =>
      Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]),
    );
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [, , , , , , , , , , , , , childUser, childSystem] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    return own.reduce((sum, ns) => sum + ns, 0) / NS_PER_MS + ((childUser ?? 0) + (childSystem ?? 0)) * MS_PER_TICK;
  } catch {
    return 0;
  }
}

function resident(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
