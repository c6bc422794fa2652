import { isOver, type Run } from '../core/model/run.ts';
import { reportOf } from '../core/spend/report.ts';
import { readSettings } from '../settings/read.ts';
import { recoversRuns } from '../settings/recovery.ts';
import type { Layout } from '../store/directory/layout.ts';
import type { LeaseHolder } from '../store/lease/row.ts';
import { readSnapshot, SNAPSHOT_TEXT_BYTES, writeSnapshot } from '../store/snapshot.ts';
import { factsOf } from '../view/facts.ts';
import type { RunFacts } from '../view/model.ts';

/** What a watchdog keeps for when the database cannot be read. */
export interface Snapshot {
  readonly at: string;
  readonly runs: readonly RunFacts[];
  /** How many runs there were. Absent from a snapshot of an older dogwatch. */
  readonly of?: number;
  readonly lease: LeaseHolder;
}

/**
 * Writes a snapshot of the runs for when the database cannot be read. If they do not all fit, runs
 * that are not over come first. Returns what went wrong, or null if nothing did.
 */
export function keepSnapshot(layout: Layout, runs: readonly Run[], lease: LeaseHolder): string | null {
  const begin = `{"at":${JSON.stringify(new Date())},"lease":${JSON.stringify(lease)},"of":${runs.length},"runs":[`;
  const end = ']}';
  const kept: string[] = [];
  const recovers = recoversRuns(readSettings(process.env).settings);
  let roomBytes = SNAPSHOT_TEXT_BYTES - Buffer.byteLength(begin + end);
  for (const run of [...runs].sort((a, b) => Number(isOver(a)) - Number(isOver(b)))) {
    const text = JSON.stringify(factsOf(run, null, recovers));
    roomBytes -= Buffer.byteLength(text) + 1;
    if (roomBytes < 0) break;
    kept.push(text);
  }
  return writeSnapshot(layout.snapshot, `${begin}${kept.join(',')}${end}`);
}

/** Returns the last snapshot, or null if there is none. */
export function keptSnapshot(layout: Layout): Snapshot | null {
  const text = readSnapshot(layout.snapshot);
  if (text === null) return null;
  const { runs, ...rest } = JSON.parse(text) as Snapshot;
  return { ...rest, runs: runs.map(completed) };
}

/** A snapshot of an older dogwatch lacks what was added since. */
const completed = (run: RunFacts): RunFacts => ({
  ...run,
  cost: run.cost ?? reportOf([]),
  next: run.next ?? { what: 'what comes next is not in this snapshot', at: run.nextAttemptAt, bound: 'at', by: run.turn.who },
  account: run.account ?? '',
  model: run.model ?? null,
  lastAttempt: run.lastAttempt ?? null,
  lastCause: run.lastCause ?? null,
  lastWords: run.lastWords ?? null,
  tool: run.tool ?? null,
  filled: run.filled ?? null,
  needsLogin: run.needsLogin ?? false,
  raisesCap: run.raisesCap ?? null,
  needsPerson: run.needsPerson ?? run.turn.who === 'operator',
});
