import { statSync } from 'node:fs';
import { hostname } from 'node:os';
import type { AccountHold } from '../core/account/hold.ts';
import type { AccountWindow } from '../core/account/window.ts';
import type { Host } from '../core/host/state.ts';
import { isOver, type Run } from '../core/model/run.ts';
import { reportedNotices } from '../core/notices/report.ts';
import { marksFrom } from '../settings/disk.ts';
import { readSettings } from '../settings/read.ts';
import { recoversRuns } from '../settings/recovery.ts';
import type { Settings } from '../settings/settings.ts';
import type { UnreadableRun } from '../store/db/run-row.ts';
import { StoreError } from '../store/directory/error.ts';
import type { Layout } from '../store/directory/layout.ts';
import { isReadOnlyState, readOnlyInWords } from '../store/directory/read-only-state.ts';
import type { LeaseHolder } from '../store/lease/row.ts';
import type { Reader } from '../store/reader.ts';
import { withReader } from '../store/with-reader.ts';
import { monoMs } from '../system/process/process.ts';
import { disksOf, filesystemsOf } from '../view/disks.ts';
import { factsOf } from '../view/facts.ts';
import type { HostView, RunFacts, View } from '../view/model.ts';
import { viewOf } from '../view/whole.ts';
import { foundNow, withAgent } from './attempts.ts';
import { filesystems } from './filesystems.ts';
import { conditionOf, silence, watchdogNow } from './pulse.ts';
import { keptSnapshot } from './snapshot.ts';

/** What a look finds in a state before it is put into words. */
interface Found {
  readonly runs: readonly RunFacts[];
  readonly unreadable: readonly UnreadableRun[];
  readonly notices: View['notices'];
  readonly accountHolds: readonly AccountHold[];
  readonly accountWindows: readonly AccountWindow[];
  readonly lease: LeaseHolder | null;
  readonly host: Host | null;
  readonly keptAt: string | null;
  readonly leftOut: number;
}

/**
 * Reads the state for a face: all runs, or those that `choose` returns. Falls back to the
 * watchdog's snapshot if the database cannot be read. Throws StoreError.
 */
export async function lookAt(layout: Layout, choose?: (reader: Reader) => readonly Run[]): Promise<View> {
  try {
    return await withReader(layout, (reader) => lookWith(layout, reader, choose));
  } catch (error) {
    return lookAtSnapshot(layout, error);
  }
}

/**
 * Reads the watchdog's snapshot if this error says that the database cannot be read because the
 * disk is full or read-only. Throws the error if it says anything else, or if there is no snapshot.
 */
export async function lookAtSnapshot(layout: Layout, error: unknown): Promise<View> {
  const isClosed = error instanceof StoreError && (error.kind === 'full' || (error.kind === 'unwritable' && isReadOnlyState(layout)));
  const kept = isClosed ? keptSnapshot(layout) : null;
  if (kept === null) throw error;
  const { runs, lease, at, of } = kept;
  const nothing = { unreadable: [], notices: [], accountHolds: [], accountWindows: [], host: null };
  const { settings } = readSettings(process.env);
  return complete(layout, settings, { ...nothing, runs, lease, keptAt: at, leftOut: Math.max(0, (of ?? runs.length) - runs.length) });
}

/** The same with a reader that is kept open, for a face that looks again and again. */
export function lookWith(layout: Layout, reader: Reader, choose?: (reader: Reader) => readonly Run[]): Promise<View> {
  reader.inspect();
  const lease = reader.lease();
  const isWatched = watchdogNow(lease) !== null;
  const { settings } = readSettings(process.env);
  const recovers = recoversRuns(settings);
  const { runs: chosen, unreadable } = choose === undefined ? reader.newest() : { runs: choose(reader), unreadable: [] };
  const runs = chosen.map((run) => withAgent(layout, run));
  return complete(layout, settings, {
    // A watchdog sees a death at once; without one, each run's process is looked up.
    runs: runs.map((run) => factsOf(run, isWatched ? null : foundNow(run), recovers)),
    unreadable,
    notices: reportedNotices(reader.notices()),
    accountHolds: reader.accountHolds(),
    accountWindows: reader.accountWindows(),
    lease,
    host: reader.host(),
    keptAt: null,
    leftOut: 0,
  });
}

async function complete(layout: Layout, settings: Settings, found: Found): Promise<View> {
  const { lease, runs, host } = found;
  const paths = [layout.stateDir, ...runs.filter((run) => !isOver(run)).map(({ cwd }) => cwd)];
  const measured = await filesystems(paths);
  const silentMs = silence(layout, lease);
  const nowWall = Date.now();
  const watchdog = watchdogNow(lease);
  const asked = { marks: marksFrom(settings), host, nowWall, nowMono: silentMs === null ? null : monoMs() };
  const seen: HostView = {
    name: hostname(),
    watchdog,
    condition: conditionOf(layout, lease, settings.leaseTimeoutMs),
    seenAt: silentMs === null ? null : new Date(nowWall - silentMs).toISOString(),
    unwatchedMs: watchdog === null ? silentMs : null,
    stateDir: layout.stateDir,
    readOnly: isReadOnlyState(layout) ? readOnlyInWords(layout) : null,
    filesystems: disksOf(measured, runs, asked),
    gateAt: gateAt(layout),
  };
  return viewOf({ ...found, host: seen, filesystems: filesystemsOf(measured, runs) }, nowWall);
}

/** The gate marks its lock each time it runs. */
function gateAt({ gateLock }: Layout): string | null {
  const stats = statSync(gateLock, { throwIfNoEntry: false });
  return stats === undefined ? null : stats.mtime.toISOString();
}
