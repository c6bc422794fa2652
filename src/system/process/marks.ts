import { existsSync, readdirSync, statSync } from 'node:fs';
import type { ProcessIdentity } from '../../core/model/facts.ts';
import { isSame } from '../../core/values/process-identity.ts';
import { pidsGivenOut } from '../new-pids.ts';
import { readProcFile } from '../proc-file.ts';
import { environOf } from './environ.ts';
import { isKept } from './keep.ts';
import { markIn, withMemory } from './mark-in-environ.ts';
import { bootId, monoMs, statOf } from './process.ts';
import type { LivingProcess, SeenProcess, Sighted, Sighting } from './seen-process.ts';
import { type Haste, Sightings } from './sightings.ts';
import { hasDied, type ProcessStat, TICKS_PER_SECOND } from './stat.ts';
import { runOf, visibleMark } from './visible-mark.ts';

/**
 * The living processes that carry one of these marks, or were seen to descend from one that does
 * and have lost it, by mark. Takes one pass over /proc, and excludes this process. `haste` says
 * whether an attempt waits for it.
 */
export function markedProcesses(wanted: ReadonlySet<string>, haste: Haste = 'patient'): ReadonlyMap<string, readonly SeenProcess[]> {
  const standingFor = new Map([...wanted].flatMap((mark) => [[mark, mark] as const, [visibleMark(mark), mark] as const]));
  return processesWith(sightings.look(haste), ({ mark, kin }) => standingFor.get(mark ?? kin ?? '') ?? null);
}

/**
 * The living processes that carry a mark of one of these runs, of any attempt or recovery agent, by
 * mark. Another state directory may have a run with the same id: its processes say so, and are left
 * out.
 */
export const processesOfRuns = (
  runs: ReadonlySet<string>,
  stateDir: string,
  haste: Haste = 'patient',
): ReadonlyMap<string, readonly SeenProcess[]> =>
  processesWith(sightings.lookFor(runs, haste), ({ mark, stateOf }) => (isOf(stateOf ?? stateDir, stateDir) ? mark : null));

/** The living processes that carry a mark of this state directory and of an unknown run. */
export const strayProcesses = (isKnown: (run: string) => boolean, stateDir: string): readonly SeenProcess[] => {
  const isStray = ({ mark, stateOf }: Sighting): string | null =>
    mark === null || isKnown(runOf(mark)) || stateOf === null || !isOf(stateOf, stateDir) ? null : mark;
  return [...processesWith(sightings.look('patient'), isStray).values()].flat();
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

/** `wanted` returns the mark under which a process counts, or null if it does not. */
function processesWith(all: readonly Sighted[], wanted: (one: Sighting) => string | null): ReadonlyMap<string, readonly SeenProcess[]> {
  const found = new Map<string, SeenProcess[]>();
  for (const [pid, before] of all) {
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
  return [...sightings.lookAtAll()].flatMap(([pid, before]) => {
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

function identified(pid: number): (Pick<LivingProcess, 'identity'> & ProcessStat) | null {
  const stat = statOf(pid);
  if (stat === null || hasDied(stat)) return null;
  return { ...stat, identity: { bootId: bootId(), pid, startTicks: stat.startTicks } };
}

/** Records that these processes descend from an attempt without carrying its mark. */
export const rememberKin = (mark: string, identities: readonly ProcessIdentity[]): void => sightings.remember(mark, identities);

/**
 * The processes known to descend from an attempt without carrying its mark, as of the last pass.
 */
export const kinOf = (mark: string): readonly ProcessIdentity[] => sightings.kinOf(mark).map((one) => ({ bootId: bootId(), ...one }));

/** The kernel counts it from the boot, including suspend. */
const nowTicks = (): number => Number((readProcFile('/proc/uptime')?.toString('latin1') ?? '').split(' ')[0]) * TICKS_PER_SECOND;

const sightings = new Sightings({
  pids: () =>
    readdirSync('/proc')
      .map(Number)
      .filter((pid) => Number.isInteger(pid) && pid !== process.pid),
  entry: (pid) => statSync(`/proc/${pid}`, { throwIfNoEntry: false }) ?? null,
  isProcess: (pid) => pid !== process.pid && existsSync(`/proc/${pid}`) && groupOf(pid) === pid,
  environ: environOf,
  stat: statOf,
  isShared(pid) {
    const stat = statOf(pid);
    return stat === null || isKept({ comm: stat.comm, argv: commandLine(pid) });
  },
  givenOut: pidsGivenOut,
  nowMono: monoMs,
  nowTicks,
});

/** The process that a thread belongs to: a thread has a directory that is not listed. */
function groupOf(pid: number): number | null {
  const [, group] = /^Tgid:\t(\d+)/m.exec(readProcFile(`/proc/${pid}/status`)?.toString('latin1') ?? '') ?? [];
  return group === undefined ? null : Number(group);
}
