import type { Fact, LogCursor } from '../core/model/facts.ts';
import { isActive, type Run } from '../core/model/run.ts';
import { type LogTail, type LogTailSource, tailLog } from './tail.ts';

/** A drain blocks everything else: what lies beyond this many reads of a log waits. */
const DRAIN_READS = 128;

/**
 * `attempt`: the attempt's own output. `given`: a log that the operator named. `shared`: a log that
 * all processes of an agent write to. `record`: the agent's record of the session.
 */
export interface WatchedLog {
  readonly path: string;
  readonly kind: 'attempt' | 'given' | 'shared' | 'record';
  /** Everything in it is of this attempt. If absent, only what is written from now on. */
  readonly isNew?: boolean;
  /** Where the attempt's processes have it open, as paths below /proc. */
  readonly descriptors?: readonly string[];
}

export interface LogTailsSource {
  /** The logs to follow for a run, if any. */
  readonly logs: (run: Run) => readonly WatchedLog[];
  /**
   * The agent's records of the run's session. Called at each change, so it may be a little behind;
   * `isLast` asks for those that exist now.
   */
  readonly records?: (run: Run, isLast: boolean) => readonly WatchedLog[];
  /** Called once for each log of an attempt. */
  readonly interpreter: (run: Run, log: WatchedLog) => LogTailSource['interpreter'];
  readonly report: (problem: string) => void;
}

export interface LogTails {
  /**
   * Updates which logs of a run are followed: those that begin now, and those that are read to
   * their end for the last time.
   */
  follow(run: Run): { readonly begun: readonly LogTail[]; readonly ended: readonly LogTail[] };
  /**
   * Everything in the logs of a run that was not returned yet, including an incomplete last line,
   * which nobody will complete any more.
   */
  drain(run: Run): readonly Fact[];
  /**
   * What is new in the followed logs of a run whose agent is alive; a line that is still being
   * written is left for later.
   */
  catchUp(run: Run): readonly Fact[];
  /** Stops following: the next `follow` of each run resumes where reading stopped. */
  release(): void;
}

/** What is followed for one run. `cursors` is ahead of what is recorded, and authoritative. */
interface Followed {
  state: string;
  readonly cursors: Map<string, LogCursor>;
  readonly tails: Map<string, LogTail>;
}

/** Keeps track of which logs of which runs are followed, and how far each was read. */
export function logTails(source: LogTailsSource): LogTails {
  const runs = new Map<string, Followed>();
  const known = (run: Run): Followed => {
    const followed = runs.get(run.id) ?? { state: '', cursors: new Map(Object.entries(run.cursors)), tails: new Map() };
    runs.set(run.id, followed);
    return followed;
  };
  const recordsOf = (run: Run, isLast: boolean): readonly WatchedLog[] =>
    run.attempt?.alive === true ? (source.records?.(run, isLast) ?? []) : [];
  const tail = (run: Run, log: WatchedLog): LogTail =>
    tailLog({
      run: run.id,
      attempt: run.attempt?.number ?? 0,
      path: log.path,
      own: log.kind === 'attempt',
      shared: log.kind === 'shared' || log.kind === 'record',
      isNew: log.isNew === true,
      descriptors: log.descriptors ?? [],
      cursors: known(run).cursors,
      interpreter: source.interpreter(run, log),
      report: source.report,
    });

  return {
    follow(run) {
      const active = isActive(run);
      const records = active ? recordsOf(run, false) : [];
      const state = [run.attempt?.number, run.attempt?.alive, active, ...records.map(({ path }) => path)].join(' ');
      if (runs.get(run.id)?.state === state || !(active || runs.has(run.id))) return { begun: [], ended: [] };
      const followed = known(run);
      followed.state = state;
      const logs = [...source.logs(run), ...records];
      const wanted = logs.filter(({ kind }) => active && run.attempt !== null && (run.attempt.alive || kind === 'given'));
      const isWanted = (path: string) => wanted.some((log) => log.path === path);
      const ended = [...followed.tails.values()].filter((old) => old.attempt !== run.attempt?.number || !isWanted(old.path));
      for (const old of ended) followed.tails.delete(old.path);
      const begun = wanted.filter(({ path }) => !followed.tails.has(path)).map((log) => tail(run, log));
      for (const one of begun) followed.tails.set(one.path, one);
      const once = logs.filter((log) => isReadOnce(run, log, followed) && !isWanted(log.path));
      for (const log of once) if (!ended.some((old) => old.path === log.path)) ended.push(tail(run, log));
      if (!active) runs.delete(run.id);
      return { begun, ended };
    },
    drain: (run) =>
      [...source.logs(run), ...recordsOf(run, true)].flatMap((log) => {
        const followed = known(run).tails.get(log.path);
        return drained(followed !== undefined && followed.attempt === run.attempt?.number ? followed : tail(run, log), true);
      }),
    catchUp: ({ id, attempt }) =>
      [...(runs.get(id)?.tails.values() ?? [])].flatMap((one) =>
        one.attempt === attempt?.number && one.hasUnread() ? drained(one, false) : [],
      ),
    release() {
      for (const followed of runs.values()) {
        followed.state = '';
        followed.tails.clear();
      }
    },
  };
}

/**
 * The log of an attempt that was already dead when first seen; for a run without an attempt, the
 * other logs, to record where they end now.
 */
const isReadOnce = (run: Run, { path, kind }: WatchedLog, { cursors }: Followed): boolean =>
  run.attempt === null ? kind === 'given' && !cursors.has(path) : kind === 'attempt';

function drained(tail: LogTail, isLast: boolean): Fact[] {
  const facts: Fact[] = [];
  for (let reads = 0; reads < DRAIN_READS; reads++) {
    const read = tail.read(isLast);
    facts.push(...read.facts);
    if (!read.more) break;
  }
  return facts;
}
