import { readdirSync, statSync } from 'node:fs';
import type { ProcessIdentity } from '../core/types.ts';
import { readProcFile } from './proc-file.ts';
import { bootId, monoMs, statOf } from './process.ts';
import { hasDied, type ProcessStat } from './process-stat.ts';

/** The variable that every process of an attempt inherits; its value, the mark, is `<run id>/<attempt>/<token>`. */
export const MARK_VARIABLE = 'DOGWATCH_ATTEMPT';
/** Where the state of its run lies. */
const STATE_VARIABLE = 'DOGWATCH_STATE_DIR';

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

/** The living processes that carry one of these marks, by mark: one pass over /proc. This process itself is exempt. */
export const markedProcesses = (wanted: ReadonlySet<string>): ReadonlyMap<string, readonly SeenProcess[]> =>
  processesWith((mark) => wanted.has(mark));

/**
 * The living processes that carry a mark of one of these runs, whichever attempt or recovery agent it names, by mark. Another state
 * directory may have a run of the same id: its processes say so, and are left out.
 */
export const processesOfRuns = (runs: ReadonlySet<string>, stateDir: string): ReadonlyMap<string, readonly SeenProcess[]> =>
  processesWith((mark, pid) => runs.has(runOf(mark)) && isOfState(pid, stateDir));

/** The living processes that carry a mark of this state directory and of a run that nobody knows. */
export const strayProcesses = (isKnown: (run: string) => boolean, stateDir: string): readonly SeenProcess[] => {
  const isStray = (mark: string, pid: number): boolean => {
    const named = variableOf(pid, STATE_VARIABLE);
    return named !== null && !isKnown(runOf(mark)) && (named === stateDir || isSamePlace(named, stateDir));
  };
  return [...processesWith(isStray).values()].flat();
};

function isOfState(pid: number, stateDir: string): boolean {
  const named = variableOf(pid, STATE_VARIABLE);
  return named === null || named === stateDir || isSamePlace(named, stateDir);
}

function isSamePlace(one: string, other: string): boolean {
  try {
    const [a, b] = [statSync(one), statSync(other)];
    return a.ino === b.ino && a.dev === b.dev;
  } catch {
    return false;
  }
}

/** The run that a mark names. */
export const runOf = (mark: string): string => mark.slice(0, Math.max(0, mark.indexOf('/')));

function processesWith(isWanted: (mark: string, pid: number) => boolean): ReadonlyMap<string, readonly SeenProcess[]> {
  const found = new Map<string, SeenProcess[]>();
  const present = pids();
  for (const pid of present) {
    const mark = knownMarkOf(pid);
    const seen = mark === null || !isWanted(mark, pid) ? null : identified(pid);
    if (mark === null || seen === null) continue;
    const others = found.get(mark);
    if (others === undefined) found.set(mark, [closer({ ...seen, mark })]);
    else others.push(closer({ ...seen, mark }));
  }
  forget(present);
  return found;
}

/** Every living process that this user may see. This process itself is exempt. A mark was read after the identity: it is that process's own. */
export function allProcesses(): readonly LivingProcess[] {
  return pids().flatMap((pid) => {
    const seen = identified(pid);
    return seen === null ? [] : { ...seen, mark: markOf(pid) };
  });
}

/** With the words of its command line, which are read when they are asked for; none for one that is gone by then. */
export function closer(one: LivingProcess): SeenProcess {
  let words: readonly string[] | null = null;
  return {
    ...one,
    get argv() {
      words ??= commandLine(one.pid);
      return words;
    },
  };
}

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

/** The mark of a process as it was read before. */
interface KnownMark {
  readonly mark: string | null;
  /** Of its directory in /proc: another process that is given its pid has another one. */
  readonly ino: number;
  readonly ctimeMs: number;
  readonly firstReadMono: number;
  readonly isSettled: boolean;
}

/** A process that is being started still has its parent's environment for a moment; what is read of one this long known stays. */
const SETTLED_MS = 2000;
const known = new Map<number, KnownMark>();

/** Reading an environment takes five times as long as seeing that it is still the same process, and a machine has thousands of them. */
function knownMarkOf(pid: number): string | null {
  const stats = statSync(`/proc/${pid}`, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  const { ino, ctimeMs } = stats;
  const before = known.get(pid);
  const isSame = before !== undefined && before.ino === ino && before.ctimeMs === ctimeMs;
  if (isSame && before.isSettled) return before.mark;
  const mark = markOf(pid);
  const now = monoMs();
  const firstReadMono = isSame ? before.firstReadMono : now;
  known.set(pid, { mark, ino, ctimeMs, firstReadMono, isSettled: now - firstReadMono >= SETTLED_MS });
  return mark;
}

function forget(present: readonly number[]): void {
  if (known.size <= 2 * present.length) return;
  const alive = new Set(present);
  for (const pid of known.keys()) if (!alive.has(pid)) known.delete(pid);
}

/** The mark in a process's environment; null: there is none, or it is not ours to read. */
export const markOf = (pid: number): string | null => variableOf(pid, MARK_VARIABLE);

function variableOf(pid: number, name: string): string | null {
  const environment = readProcFile(`/proc/${pid}/environ`);
  if (environment === null) return null;
  const needle = `${name}=`;
  let at = environment.indexOf(needle);
  while (at > 0 && environment[at - 1] !== 0) at = environment.indexOf(needle, at + 1);
  if (at < 0) return null;
  const end = environment.indexOf(0, at);
  return environment.toString('utf8', at + needle.length, end < 0 ? environment.length : end);
}
