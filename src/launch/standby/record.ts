import { readFileSync } from 'node:fs';
import type { ProcessIdentity } from '../../core/model/facts.ts';
import { isSame } from '../../core/values/process-identity.ts';
import { attemptFiles, type Layout, standbyRecord } from '../../store/directory/layout.ts';
import { writeAtomically } from '../../system/file/write-atomically.ts';
import { isAlive } from '../../system/process/process.ts';
import { readAttempt } from '../attempt/record.ts';

export interface StandbyRecord {
  readonly attempt: number;
  readonly shim: ProcessIdentity;
  readonly command: ProcessIdentity;
}

/**
 * Records which processes wait for a run's next attempt: they carry its mark, but are not yet an
 * attempt. Those recorded before are kept while they live.
 */
export function recordStandby(layout: Layout, run: string, standby: StandbyRecord): void {
  const living = read(layout, run).filter(({ shim, command }) => isAlive(shim) || isAlive(command));
  writeAtomically(standbyRecord(layout, run), JSON.stringify([...living, standby]), { durable: false });
}

/**
 * Whether a process only waits for a run's next attempt. From the claim on it belongs to that
 * attempt: until then it does nothing, and without its watchdog it goes by itself.
 */
export function standbysOf(layout: Layout, run: string): (identity: ProcessIdentity) => boolean {
  const waiting = read(layout, run)
    .filter(({ attempt, shim }) => {
      const owner = readAttempt(attemptFiles(layout, run, attempt)).shim;
      return owner === null || !isSame(owner, shim);
    })
    .flatMap(({ shim, command }) => [shim, command]);
  return (identity) => waiting.some((one) => isSame(one, identity));
}

function read(layout: Layout, run: string): readonly StandbyRecord[] {
  try {
    return JSON.parse(readFileSync(standbyRecord(layout, run), 'utf8'));
  } catch {
    // Missing, or cut off by a full disk: then its processes count like any others.
    return [];
  }
}
