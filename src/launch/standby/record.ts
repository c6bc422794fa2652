import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ProcessIdentity } from '../../core/model/facts.ts';
import { isSame } from '../../core/values/process-identity.ts';
import { attemptFiles, type Layout, standbyCommand, standbyRecord } from '../../store/directory/layout.ts';
import { writeAtomically } from '../../system/file/write-atomically.ts';
import { identify, isAlive } from '../../system/process/process.ts';
import type { SeenProcess } from '../../system/process/seen-process.ts';
import { isMark } from '../../system/process/visible-mark.ts';
import { readAttempt } from '../attempt/record.ts';

export interface StandbyRecord {
  readonly attempt: number;
  readonly shim: ProcessIdentity;
  readonly command: ProcessIdentity;
  /** The watchdog that holds the other end of its channel. */
  readonly by: ProcessIdentity | null;
}

/**
 * Records which processes wait for a run's next attempt: they carry its mark, but are not yet an
 * attempt. Those recorded before are kept while they live.
 */
export function recordStandby(layout: Layout, run: string, standby: Omit<StandbyRecord, 'by'>): void {
  const living = read(layout, run).filter(({ shim, command }) => isAlive(shim) || isAlive(command));
  const all: readonly StandbyRecord[] = [...living, { ...standby, by: identify(process.pid) }];
  writeAtomically(standbyRecord(layout, run), JSON.stringify(all), { durable: false });
}

/** The marks of those that this process is making, which cannot be recorded before they exist. */
const inTheMaking = new Set<string>();

/**
 * Makes one with this mark. Until it is made, every process with the mark counts as one that waits;
 * after a failure too, because it may take a moment to leave. No attempt ever has the mark of one
 * that could not be made.
 */
export async function making<T>(mark: string, make: () => Promise<T | null>): Promise<T | null> {
  inTheMaking.add(mark);
  const made = await make();
  if (made !== null) inTheMaking.delete(mark);
  return made;
}

/**
 * Whether a process only waits for a run's next attempt. From the claim on it belongs to that
 * attempt: until then it does nothing, and without its watchdog it goes by itself. So one whose
 * watchdog is dead is not trusted: in an older copy of the state it may be an agent by now, of
 * whose claim the copy does not know.
 */
export function standbysOf(layout: Layout, run: string): (one: SeenProcess) => boolean {
  const waiting = unclaimed(layout, run)
    .filter(({ by }) => by !== null && isAlive(by))
    .flatMap(({ shim, command }) => [shim, command]);
  return ({ identity, mark }) => waiting.some((one) => isSame(one, identity)) || [...inTheMaking].some((one) => isMark(mark, one));
}

/** Those of watchdogs that are dead, which leave within moments. */
export function orphansOf(layout: Layout, run: string): readonly ProcessIdentity[] {
  return unclaimed(layout, run)
    .filter(({ by }) => by === null || !isAlive(by))
    .flatMap(({ shim, command }) => [shim, command])
    .filter((one) => isAlive(one));
}

/** Removes the commands that a watchdog wrote for standbys and did not live to take away. */
export function removeCommands(layout: Layout, run: string): void {
  const prefix = standbyCommand(layout, run, '');
  for (const name of namesIn(dirname(prefix))) if (name.startsWith(basename(prefix))) rmSync(join(dirname(prefix), name), { force: true });
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

const unclaimed = (layout: Layout, run: string): readonly StandbyRecord[] =>
  read(layout, run).filter(({ attempt, shim }) => {
    const owner = readAttempt(attemptFiles(layout, run, attempt)).shim;
    return owner === null || !isSame(owner, shim);
  });

function read(layout: Layout, run: string): readonly StandbyRecord[] {
  try {
    return JSON.parse(readFileSync(standbyRecord(layout, run), 'utf8'));
  } catch {
    // Missing, or cut off by a full disk: then its processes count like any others.
    return [];
  }
}
