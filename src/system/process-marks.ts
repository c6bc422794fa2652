import { readdirSync } from 'node:fs';
import type { ProcessIdentity } from '../core/types.ts';
import { readProcFile } from './proc-file.ts';
import { bootId, statOf } from './process.ts';
import { hasDied, type ProcessStat } from './process-stat.ts';

/** The variable that every process of an attempt inherits; its value, the mark, is `<run id>/<attempt>/<token>`. */
export const MARK_VARIABLE = 'DOGWATCH_ATTEMPT';

/** A living process. */
export interface LivingProcess extends ProcessStat {
  readonly identity: ProcessIdentity;
  /** Its attempt; null: it belongs to none, or its environment is not ours to read. */
  readonly mark: string | null;
}

/** One that was looked at more closely. */
export interface SeenProcess extends LivingProcess {
  readonly argv: readonly string[];
}

/** Every living process that carries a mark, by mark: one pass over /proc. This process itself is exempt. */
export function markedProcesses(): ReadonlyMap<string, readonly SeenProcess[]> {
  const found = new Map<string, SeenProcess[]>();
  for (const pid of pids()) {
    const mark = markOf(pid);
    const seen = mark === null ? null : identified(pid);
    if (mark === null || seen === null) continue;
    const others = found.get(mark);
    if (others === undefined) found.set(mark, [closer({ ...seen, mark })]);
    else others.push(closer({ ...seen, mark }));
  }
  return found;
}

/** Every living process that this user may see. This process itself is exempt. A mark was read after the identity: it is that process's own. */
export function allProcesses(): readonly LivingProcess[] {
  return pids().flatMap((pid) => {
    const seen = identified(pid);
    return seen === null ? [] : { ...seen, mark: markOf(pid) };
  });
}

/** With the words of its command line; none for one that is gone by now. */
export const closer = (one: LivingProcess): SeenProcess => ({ ...one, argv: commandLine(one.pid) });

function commandLine(pid: number): readonly string[] {
  const words = readProcFile(`/proc/${pid}/cmdline`)?.toString('utf8').split('\0') ?? [];
  return words.at(-1) === '' ? words.slice(0, -1) : words;
}

function pids(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid);
}

function identified(pid: number): Omit<LivingProcess, 'mark'> | null {
  const stat = statOf(pid);
  if (stat === null || hasDied(stat)) return null;
  return { ...stat, identity: { bootId: bootId(), pid, startTicks: stat.startTicks } };
}

const NEEDLE = Buffer.from(`${MARK_VARIABLE}=`);

function markOf(pid: number): string | null {
  const environment = readProcFile(`/proc/${pid}/environ`);
  if (environment === null) return null;
  let at = environment.indexOf(NEEDLE);
  while (at > 0 && environment[at - 1] !== 0) at = environment.indexOf(NEEDLE, at + 1);
  if (at < 0) return null;
  const end = environment.indexOf(0, at);
  return environment.toString('utf8', at + NEEDLE.length, end < 0 ? environment.length : end);
}
