import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from '../../core/model/facts.ts';
import { attemptFiles, type Layout, runDirectory, standbyRecord } from '../../store/directory/layout.ts';
import { writeAtomically } from '../../system/file/write-atomically.ts';
import { identify, isAlive } from '../../system/process/process.ts';
import { isMark } from '../../system/process/visible-mark.ts';
import { readMark } from '../attempt/record.ts';

/** The next attempt of a run, and the mark that its standby carries: nobody else knows it. */
export interface StandbyRecord {
  readonly attempt: number;
  readonly mark: string;
  /** The watchdog that holds the other end of its channel. */
  readonly by: ProcessIdentity | null;
}

/** Those before the last ones have ended long ago. */
const MOST = 8;

/**
 * Records a standby before it is started: a process that waits, or is about to, must never count as
 * an unknown process of its run, not even for the watchdog after this one.
 */
export function recordStandby(layout: Layout, run: string, standby: Omit<StandbyRecord, 'by'>): void {
  const all: readonly StandbyRecord[] = [...read(layout, run), { ...standby, by: identify(process.pid) }];
  writeAtomically(standbyRecord(layout, run), JSON.stringify(all.slice(-MOST)), { durable: false });
}

/**
 * Whether a process with this mark only waits for a run's next attempt. From the claim on it is
 * that attempt: until then it does nothing, and without its watchdog it goes by itself. So one
 * whose watchdog is dead is not trusted: in an older copy of the state it may be an agent by now,
 * of whose claim the copy does not know.
 */
export const standbysOf = (layout: Layout, run: string): ((mark: string | null) => boolean) =>
  unclaimed(layout, run, ({ by }) => by !== null && isAlive(by));

/** The same for those of watchdogs that are dead, which leave within moments. */
export const orphansOf = (layout: Layout, run: string): ((mark: string | null) => boolean) =>
  unclaimed(layout, run, ({ by }) => by === null || !isAlive(by));

/**
 * Removes what a watchdog that was killed while it made a standby, or used one, has left behind.
 * Call this only while none of the run is being made or started.
 */
export function sweepStandbys(layout: Layout, run: string): void {
  const place = runDirectory(layout, run);
  for (const name of namesIn(place)) if (/^(standby|birth|said|word)-/.test(name)) rmSync(join(place, name), { force: true });
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function unclaimed(layout: Layout, run: string, isWanted: (one: StandbyRecord) => boolean): (mark: string | null) => boolean {
  const records = read(layout, run);
  const isUnclaimed = ({ attempt, mark }: StandbyRecord) => readMark(attemptFiles(layout, run, attempt)) !== mark;
  return (mark) => records.some((one) => isMark(mark, one.mark) && isWanted(one) && isUnclaimed(one));
}

function read(layout: Layout, run: string): readonly StandbyRecord[] {
  try {
    const records: readonly Partial<StandbyRecord>[] = JSON.parse(readFileSync(standbyRecord(layout, run), 'utf8'));
    return records.flatMap(({ attempt, mark, by = null }) => (attempt === undefined || mark === undefined ? [] : { attempt, mark, by }));
  } catch {
    // Missing, or cut off by a full disk: then its processes count like any others.
    return [];
  }
}
