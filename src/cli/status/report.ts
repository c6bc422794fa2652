import { isOver, type Run } from '../../core/model/run.ts';
import { type ReportedNotice, reportedNotices } from '../../core/notices/report.ts';
import { type RunStatus, statusOf } from '../../core/report/status.ts';
import { type ReportedTurn, reportedTurn, turnOf } from '../../core/report/turn.ts';
import { readSettings } from '../../settings/read.ts';
import { recoversRuns } from '../../settings/recovery.ts';
import type { UnreadableRun } from '../../store/db/run-row.ts';
import { StoreError } from '../../store/directory/error.ts';
import type { Layout } from '../../store/directory/layout.ts';
import { isReadOnlyState } from '../../store/directory/read-only-state.ts';
import type { LeaseHolder } from '../../store/lease/row.ts';
import { readSnapshot, SNAPSHOT_TEXT_BYTES, writeSnapshot } from '../../store/snapshot.ts';
import { withReader } from '../../store/with-reader.ts';
import { findRun, noSuchRun } from '../client/find-run.ts';
import { withAgent } from '../client/visible-run.ts';
import { type WatchdogNow, watchdogNow } from '../client/watchdog.ts';
import { type Filesystem, filesystems } from './filesystems.ts';
import { type Found, foundNow, unwatchedMs } from './found-now.ts';

/** A run as `status --json` prints it. */
export interface ReportedRun extends RunStatus {
  /** When the run entered its state. */
  readonly since: string;
  /** After how many resumes without progress it is handed off. */
  readonly maxResumes: number;
  /**
   * If no watchdog is alive: what /proc says about the attempt that was alive when one last looked,
   * or null if there was none.
   */
  readonly found: Found | null;
  /** Whose turn it is to act, and whose is next. */
  readonly turn: ReportedTurn;
}

export interface StatusReport {
  readonly runs: readonly ReportedRun[];
  /** Runs whose row in the database is damaged: dogwatch does nothing about them. */
  readonly unreadable: readonly UnreadableRun[];
  /** What a person must know about, and who was notified. */
  readonly notices: readonly ReportedNotice[];
  readonly host: {
    readonly watchdog: WatchdogNow | null;
    readonly filesystems: readonly Filesystem[];
    readonly stateDir: string;
    /** For how many ms no watchdog has looked, or null if one is alive or that is not known. */
    readonly unwatchedMs: number | null;
  };
}

/**
 * Returns the report of `status`, only about this run if `name` is given. `keptAt` is the time of
 * the watchdog's snapshot if the database cannot be read and that is shown instead, or null. Throws
 * Problem or StoreError.
 */
export async function reportStatus(layout: Layout, name: string | null): Promise<{ report: StatusReport; keptAt: string | null }> {
  try {
    return await withReader(layout, async (reader) => {
      reader.inspect();
      const runs = name === null ? reader.runs() : [findRun(reader, name)];
      const paths = [layout.stateDir, ...runs.filter((run) => !isOver(run)).map((run) => run.spec.cwd)];
      const lease = reader.lease();
      const watchdog = watchdogNow(lease);
      const host = {
        watchdog,
        filesystems: await filesystems(paths),
        stateDir: layout.stateDir,
        unwatchedMs: watchdog === null ? unwatchedMs(layout, lease) : null,
      };
      const about = (notice: ReportedNotice) => name === null || runs.some((run) => notice.runs.includes(run.name));
      const notices = reportedNotices(reader.notices()).filter(about);
      const unreadable = name === null ? reader.unreadableRuns() : [];
      return {
        report: { runs: runs.map((run) => withAgent(layout, run)).map(reporter(watchdog !== null)), unreadable, notices, host },
        keptAt: null,
      };
    });
  } catch (error) {
    const kept =
      error instanceof StoreError && (error.kind === 'full' || (error.kind === 'unwritable' && isReadOnlyState(layout)))
        ? readSnapshot(layout.snapshot)
        : null;
    if (kept === null) throw error;
    return fromSnapshot(layout, JSON.parse(kept), name);
  }
}

interface Snapshot {
  readonly at: string;
  readonly runs: readonly ReportedRun[];
  readonly lease: LeaseHolder;
}

async function fromSnapshot(layout: Layout, { at, runs, lease }: Snapshot, name: string | null) {
  const shown = runs.filter((run) => name === null || run.name === name || run.id === name);
  if (name !== null && shown.length === 0)
    throw noSuchRun(
      name,
      runs.map((run) => run.name),
    );
  const paths = [layout.stateDir, ...shown.map((run) => run.cwd)];
  return {
    report: {
      runs: shown,
      unreadable: [],
      notices: [],
      host: { watchdog: watchdogNow(lease), filesystems: await filesystems(paths), stateDir: layout.stateDir, unwatchedMs: null },
    },
    keptAt: at,
  };
}

/**
 * Writes a snapshot of the runs for when the database cannot be read. If they do not all fit, runs
 * that are not over come first. Returns what went wrong, or null if nothing did.
 */
export function keepSnapshot(layout: Layout, runs: readonly Run[], lease: LeaseHolder): string | null {
  const begin = `{"at":${JSON.stringify(new Date())},"lease":${JSON.stringify(lease)},"runs":[`;
  const end = ']}';
  const kept: string[] = [];
  const report = reporter(true);
  let roomBytes = SNAPSHOT_TEXT_BYTES - Buffer.byteLength(begin + end);
  for (const run of [...runs].sort((a, b) => Number(isOver(a)) - Number(isOver(b)))) {
    const text = JSON.stringify(report(run));
    roomBytes -= Buffer.byteLength(text) + 1;
    if (roomBytes < 0) break;
    kept.push(text);
  }
  return writeSnapshot(layout.snapshot, `${begin}${kept.join(',')}${end}`);
}

/**
 * Without a living watchdog (`isWatched`), which sees a death at once, each run's process is looked
 * up.
 */
function reporter(isWatched: boolean): (run: Run) => ReportedRun {
  const recovers = recoversRuns(readSettings(process.env).settings);
  return (run) => {
    const found = isWatched ? null : foundNow(run);
    const status = statusOf(run);
    return {
      ...status,
      pid: found === 'gone' ? null : status.pid,
      found,
      since: new Date(run.since.wall).toISOString(),
      maxResumes: run.spec.policy.maxResumes,
      turn: reportedTurn(turnOf(run, recovers)),
    };
  };
}
