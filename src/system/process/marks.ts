import { readdirSync, statSync } from 'node:fs';
import type { ProcessIdentity } from '../../core/model/facts.ts';
import { isSame } from '../../core/values/process-identity.ts';
import { readProcFile } from '../proc-file.ts';
import { environOf } from './environ.ts';
import { isKept } from './keep.ts';
import { type Marked, markIn } from './mark-in-environ.ts';
import { bootId, monoMs, statOf } from './process.ts';
import { hasDied, type ProcessStat } from './stat.ts';
import { isMark, visibleMark } from './visible-mark.ts';

/** A living process. */
export interface LivingProcess extends ProcessStat, Pick<Marked, 'mark' | 'hidden'> {
  readonly identity: ProcessIdentity;
  /** The attempt that it was seen to descend from, without carrying its mark; null: none that is known. */
  readonly kin: string | null;
}

/** One that was looked at more closely. */
export interface SeenProcess extends LivingProcess {
  readonly argv: readonly string[];
}

/**
 * The living processes that carry one of these marks, or were seen to descend from one that does and have lost it, by mark: one pass over /proc.
 * This process itself is exempt.
 */
export function markedProcesses(wanted: ReadonlySet<string>): ReadonlyMap<string, readonly SeenProcess[]> {
  const standingFor = new Map([...wanted].flatMap((mark) => [[mark, mark] as const, [visibleMark(mark), mark] as const]));
  return processesWith(({ mark, kin }) => standingFor.get(mark ?? kin ?? '') ?? null);
}

/**
 * The living processes that carry a mark of one of these runs, whichever attempt or recovery agent it names, by mark. Another state
 * directory may have a run of the same id: its processes say so, and are left out.
 */
export const processesOfRuns = (runs: ReadonlySet<string>, stateDir: string): ReadonlyMap<string, readonly SeenProcess[]> =>
  processesWith(({ mark, stateOf }) => (mark !== null && runs.has(runOf(mark)) && isOf(stateOf ?? stateDir, stateDir) ? mark : null));

/** The living processes that carry a mark of this state directory and of a run that nobody knows. */
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

/** The run that a mark names. */
export const runOf = (mark: string): string => mark.slice(0, Math.max(0, mark.indexOf('/')));

/** `wanted`: under which mark a process counts; null: it does not. */
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

/** Every living process that this user may see. This process itself is exempt. A mark was read after the identity: it is that process's own. */
export function allProcesses(): readonly LivingProcess[] {
  return [...lookAtAll()].flatMap(([pid, before]) => {
    const seen = identified(pid);
    if (seen === null) return [];
    const { mark, hidden } = withMemory(markIn(environOf(pid)), before);
    return { ...seen, mark, kin: mark === null ? before.kin : null, hidden };
  });
}

/** Exactly this process, whether its mark can be read or not; null: it does not live any more. */
export function seen(identity: ProcessIdentity): SeenProcess | null {
  const now = identified(identity.pid);
  if (now === null || !isSame(now.identity, identity)) return null;
  const { mark, hidden } = markIn(environOf(identity.pid));
  return closer({ ...now, mark, hidden, kin: null });
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

function identified(pid: number): (Pick<LivingProcess, 'identity'> & ProcessStat) | null {
  const stat = statOf(pid);
  if (stat === null || hasDied(stat)) return null;
  return { ...stat, identity: { bootId: bootId(), pid, startTicks: stat.startTicks } };
}

/** A process as it was seen before. */
interface Known extends Marked {
  kin: string | null;
  /** Of its directory in /proc: another process that is given its pid has another one. */
  readonly ino: number;
  readonly ctimeMs: number;
  /** Null: it was not needed. The kernel may make the directory anew, but this stays. */
  readonly startTicks: number | null;
  readonly firstReadMono: number;
  readonly isSettled: boolean;
}

/** A process that is being started still has its parent's environment for a moment; what is read of one this long known stays. */
const SETTLED_MS = 2000;
const known = new Map<number, Known>();

/** All processes as they are known now. A parent is asked for only where a process is new and carries no mark: whose child it is never changes. */
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
  // A child may stand before its parent: a pass more than generations were found ends it.
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

/** What was known of processes before this program began: it holds where it is the same process, and carries no mark that can be read. */
const remembered: { readonly identity: ProcessIdentity; readonly mark: string }[] = [];

/** These are known to descend from an attempt without carrying its mark. */
export function rememberKin(mark: string, identities: readonly ProcessIdentity[]): void {
  for (const identity of identities) remembered.push({ identity, mark });
}

/** The processes that are known to descend from an attempt without carrying its mark, as the last look found them. */
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

/** What a shared server starts is not of the attempt that has started the server. */
function isShared(pid: number): boolean {
  const stat = statOf(pid);
  return stat === null || isKept({ comm: stat.comm, argv: commandLine(pid) });
}

/** Reading an environment takes five times as long as seeing that it is still the same process, and a machine has thousands of them. `ppid`: it has to be placed. */
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

/** What was read while it could be read stays true of the same process. */
const withMemory = (now: Marked, before: Marked | undefined): Marked =>
  now.hidden === 'no' || before === undefined || before.mark === null ? now : { ...now, mark: before.mark, stateOf: before.stateOf };
