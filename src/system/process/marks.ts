import { readdirSync, statSync } from 'node:fs';
import type { ProcessIdentity } from '../../core/model/facts.ts';
import { isSame } from '../../core/values/process-identity.ts';
import { readProcFile } from '../proc-file.ts';
import { environOf } from './environ.ts';
import { isKept } from './keep.ts';
import { type Marked, markIn } from './mark-in-environ.ts';
import { bootId, monoMs, statOf } from './process.ts';
import type { LivingProcess, SeenProcess } from './seen-process.ts';
import { hasDied, type ProcessStat } from './stat.ts';
import { isMark, visibleMark } from './visible-mark.ts';

/**
 * The living processes that carry one of these marks, or were seen to descend from one that does
 * and have lost it, by mark. Takes one pass over /proc, and excludes this process.
 */
export function markedProcesses(wanted: ReadonlySet<string>): ReadonlyMap<string, readonly SeenProcess[]> {
  const standingFor = new Map([...wanted].flatMap((mark) => [[mark, mark] as const, [visibleMark(mark), mark] as const]));
  return processesWith(({ mark, kin }) => standingFor.get(mark ?? kin ?? '') ?? null);
}

/**
 * The living processes that carry a mark of one of these runs, of any attempt or recovery agent, by
 * mark. Another state directory may have a run with the same id: its processes say so, and are left
 * out.
 */
export const processesOfRuns = (runs: ReadonlySet<string>, stateDir: string): ReadonlyMap<string, readonly SeenProcess[]> =>
  processesWith(({ mark, stateOf }) => (mark !== null && runs.has(runOf(mark)) && isOf(stateOf ?? stateDir, stateDir) ? mark : null));

/** The living processes that carry a mark of this state directory and of an unknown run. */
export const strayProcesses = (isKnown: (run: string) => boolean, stateDir: string): readonly SeenProcess[] => {
  const isStray = ({ mark, stateOf }: Known): string | null =>
    mark === null || isKnown(runOf(mark)) || stateOf === null || !isOf(stateOf, stateDir) ? null : mark;
  return [...processesWith(isStray).values()].flat();
};

const isOf = (named: string, stateDir: string): boolean => named === stateDir || isSamePlace(named, stateDir);

function isSamePlace(one: string, other: string): boolean {
  try {
    const [a, b] = [statSync(one), statSync(other)];
    return a.ino === b.ino && a.dev === b.dev;
  } catch {
    return false;
  }
}

const runOf = (mark: string): string => mark.slice(0, Math.max(0, mark.indexOf('/')));

/** `wanted` returns the mark under which a process counts, or null if it does not. */
function processesWith(wanted: (known: Known) => string | null): ReadonlyMap<string, readonly SeenProcess[]> {
  const found = new Map<string, SeenProcess[]>();
  for (const [pid, before] of lookAtAll()) {
    const mark = wanted(before);
    const now = mark === null ? null : identified(pid);
    if (mark === null || now === null) continue;
    const one = closer({ ...now, mark: before.mark, kin: before.kin, hidden: before.hidden });
    const others = found.get(mark);
    if (others === undefined) found.set(mark, [one]);
    else others.push(one);
  }
  return found;
}

/**
 * Every living process that this user can see, except this one. The mark is read after the
 * identity, so it is that process's own.
 */
export function allProcesses(): readonly LivingProcess[] {
  return [...lookAtAll()].flatMap(([pid, before]) => {
    const seen = identified(pid);
    if (seen === null) return [];
    const { mark, hidden } = withMemory(markIn(environOf(pid)), before);
    return { ...seen, mark, kin: mark === null ? before.kin : null, hidden };
  });
}

/** Exactly this process, whether or not its mark can be read, or null if it is no longer alive. */
export function seen(identity: ProcessIdentity): SeenProcess | null {
  const now = identified(identity.pid);
  if (now === null || !isSame(now.identity, identity)) return null;
  const { mark, hidden } = markIn(environOf(identity.pid));
  return closer({ ...now, mark, hidden, kin: null });
}

/** Adds its command line, which is read on first access; empty if the process is gone by then. */
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

function identified(pid: number): (Pick<LivingProcess, 'identity'> & ProcessStat) | null {
  const stat = statOf(pid);
  if (stat === null || hasDied(stat)) return null;
  return { ...stat, identity: { bootId: bootId(), pid, startTicks: stat.startTicks } };
}

/** What earlier passes learned about a process. */
interface Known extends Marked {
  kin: string | null;
  /** The inode of its directory in /proc; another process that reuses its pid gets a new one. */
  readonly ino: number;
  readonly ctimeMs: number;
  /**
   * Null if it was not needed. The kernel may recreate the /proc directory of a process, but this
   * never changes.
   */
  readonly startTicks: number | null;
  readonly firstReadMono: number;
  readonly isSettled: boolean;
}

/**
 * A starting process still has its parent's environment for a moment. After this long, what was
 * read is final.
 */
const SETTLED_MS = 2000;
const known = new Map<number, Known>();

/**
 * Takes one pass over all processes. A parent is read only for a process that is new and carries no
 * mark: its parentage does not change.
 */
function lookAtAll(): ReadonlyMap<number, Known> {
  const present = new Map<number, Known>();
  const orphans: { readonly one: Known; readonly ppid: number }[] = [];
  for (const pid of pids()) {
    const { one, ppid } = lookAt(pid) ?? {};
    if (one === undefined) continue;
    present.set(pid, one);
    if (ppid !== undefined && one.kin === null) orphans.push({ one, ppid });
  }
  recall(present);
  // A child may precede its parent in the list: repeat until a pass finds nothing new.
  for (let isNew = true; isNew; ) {
    isNew = false;
    for (const { one, ppid } of orphans) {
      const parent = one.kin === null ? present.get(ppid) : undefined;
      const of = parent === undefined ? null : (parent.mark ?? parent.kin);
      if (of === null || isShared(ppid)) continue;
      one.kin = of;
      isNew = true;
    }
  }
  known.clear();
  for (const [pid, one] of present) known.set(pid, one);
  return present;
}

/**
 * Kinship known from before this program started: valid only for the same process, and only if it
 * carries no readable mark.
 */
const remembered: { readonly identity: ProcessIdentity; readonly mark: string }[] = [];

/** Records that these processes descend from an attempt without carrying its mark. */
export function rememberKin(mark: string, identities: readonly ProcessIdentity[]): void {
  for (const identity of identities) remembered.push({ identity, mark });
}

/**
 * The processes known to descend from an attempt without carrying its mark, as of the last pass.
 */
export const kinOf = (mark: string): readonly ProcessIdentity[] =>
  [...known].flatMap(([pid, { kin, startTicks }]) =>
    startTicks !== null && isMark(kin, mark) ? { bootId: bootId(), pid, startTicks } : [],
  );

function recall(present: ReadonlyMap<number, Known>): void {
  for (const { identity, mark } of remembered.splice(0)) {
    const one = present.get(identity.pid);
    if (one?.mark === null && one.kin === null && one.startTicks === identity.startTicks) one.kin = mark;
  }
}

/** Children of a shared server do not belong to the attempt that started the server. */
function isShared(pid: number): boolean {
  const stat = statOf(pid);
  return stat === null || isKept({ comm: stat.comm, argv: commandLine(pid) });
}

/**
 * Reading an environment takes five times as long as checking that it is still the same process,
 * and a machine has thousands of processes. `ppid` is set if the process still has to be assigned
 * to a parent.
 */
function lookAt(pid: number): { readonly one: Known; readonly ppid?: number } | null {
  const stats = statSync(`/proc/${pid}`, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  const { ino, ctimeMs } = stats;
  const last = known.get(pid);
  const isListed = last !== undefined && last.ino === ino && last.ctimeMs === ctimeMs;
  if (isListed && last.isSettled) return { one: last };
  const read = markIn(environOf(pid));
  const stat = read.mark !== null && last?.startTicks == null ? null : statOf(pid);
  const isSame = isListed || (last?.startTicks != null && last.startTicks === stat?.startTicks);
  const before = isSame ? last : undefined;
  const marked = withMemory(read, before);
  const now = monoMs();
  const firstReadMono = before?.firstReadMono ?? now;
  const one: Known = {
    ...marked,
    kin: marked.mark === null ? (before?.kin ?? null) : null,
    ino,
    ctimeMs,
    startTicks: stat?.startTicks ?? before?.startTicks ?? null,
    firstReadMono,
    isSettled: now - firstReadMono >= SETTLED_MS,
  };
  return marked.mark === null && stat !== null ? { one, ppid: stat.ppid } : { one };
}

/** What could once be read stays true for the same process. */
const withMemory = (now: Marked, before: Marked | undefined): Marked =>
  now.hidden === 'no' || before === undefined || before.mark === null ? now : { ...now, mark: before.mark, stateOf: before.stateOf };
