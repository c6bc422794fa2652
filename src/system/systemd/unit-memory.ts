import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readProcFile } from '../proc-file.ts';
import type { TransientUnit } from './transient-unit.ts';

const ROOT = '/sys/fs/cgroup';

/** Counters of a control group, from when it was created. */
export interface MemoryCounters {
  /** How often it reached its limits, soft or hard. */
  readonly events: number;
  /** For how long, in ms, none of its processes went on because all of them waited for memory. */
  readonly stalledMs: number;
}

/**
 * The counters of the unit that this process is in, or null if it is in another, or if the kernel
 * keeps none (cgroup v1, or no pressure stall information).
 */
export function memoryOf(unit: TransientUnit, pid: number): MemoryCounters | null {
  const group = groupOf(readProcFile(`/proc/${pid}/cgroup`)?.toString('utf8') ?? '', unit.name);
  return group === null ? null : countersIn(join(ROOT, group));
}

/** The control group of a unit (cgroup v2), as a process in it shows it, or null if it does not. */
export function groupOf(lines: string, name: string): string | null {
  const parts = /^0::(.*)$/m.exec(lines)?.[1]?.split('/') ?? [];
  const at = parts.indexOf(name);
  return at < 0 ? null : parts.slice(0, at + 1).join('/');
}

/** Reads the counters of a control group, or returns null if it has none. */
export function countersIn(directory: string): MemoryCounters | null {
  try {
    const events = readFileSync(join(directory, 'memory.events'), 'utf8');
    const pressure = readFileSync(join(directory, 'memory.pressure'), 'utf8');
    const stalledUs = /^full .*\btotal=(\d+)$/m.exec(pressure)?.[1];
    if (stalledUs === undefined) return null;
    const counted = [...events.matchAll(/^(?:high|max) (\d+)$/gm)].map(([, times]) => Number(times));
    return { events: counted.reduce((sum, times) => sum + times, 0), stalledMs: Math.round(Number(stalledUs) / 1000) };
  } catch {
    return null;
  }
}
