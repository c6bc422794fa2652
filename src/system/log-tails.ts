import { isActive, type Run } from '../core/run.ts';
import type { Fact, LogCursor } from '../core/types.ts';
import { type LogTail, type LogTailSource, tailLog } from './log-tail.ts';

/** A drain blocks everything else: what lies beyond this many reads of a log comes after. */
const DRAIN_READS = 128;

export interface LogTailsSource {
  /** The attempt's own log first, then those of the spec; empty when there is nothing to follow. */
  readonly paths: (run: Run) => readonly string[];
  /** Called once for each log of an attempt. */
  readonly interpreter: (run: Run, path: string) => LogTailSource['interpreter'];
  readonly report: (problem: string) => void;
}

export interface LogTails {
  /** Which logs are followed from now on, and which are read to their end for the last time. */
  follow(run: Run): { readonly begun: readonly LogTail[]; readonly ended: readonly LogTail[] };
  /** Everything in the logs of a run that was not handed out yet. */
  drain(run: Run): readonly Fact[];
  /** Nobody follows any more: the next `follow` of each run begins anew, where reading stands. */
  release(): void;
}

/** What is followed of one run; `cursors` is ahead of what is recorded, and leads. */
interface Followed {
  state: string;
  readonly cursors: Map<string, LogCursor>;
  readonly tails: Map<string, LogTail>;
}

/** Knows which logs of which runs are followed, and how far each was read. */
export function logTails(source: LogTailsSource): LogTails {
  const runs = new Map<string, Followed>();
  const known = (run: Run): Followed => {
    const followed = runs.get(run.id) ?? { state: '', cursors: new Map(Object.entries(run.cursors)), tails: new Map() };
    runs.set(run.id, followed);
    return followed;
  };
  const tail = (run: Run, path: string): LogTail => {
    const attempt = run.attempt?.number ?? 0;
    const interpreter = source.interpreter(run, path);
    return tailLog({ run: run.id, attempt, path, own: isOwn(run, path), cursors: known(run).cursors, interpreter, report: source.report });
  };

  return {
    follow(run) {
      const active = isActive(run);
      const state = `${run.attempt?.number} ${run.attempt?.alive} ${active}`;
      if (runs.get(run.id)?.state === state || !(active || runs.has(run.id))) return { begun: [], ended: [] };
      const followed = known(run);
      followed.state = state;
      const paths = source.paths(run);
      const wanted = paths.filter((path) => active && run.attempt !== null && (run.attempt.alive || !isOwn(run, path)));
      const ended = [...followed.tails.values()].filter((old) => old.attempt !== run.attempt?.number || !wanted.includes(old.path));
      for (const old of ended) followed.tails.delete(old.path);
      const begun = wanted.filter((path) => !followed.tails.has(path)).map((path) => tail(run, path));
      for (const one of begun) followed.tails.set(one.path, one);
      const once = paths.filter((path) => isReadOnce(run, path, followed) && !wanted.includes(path));
      for (const path of once) if (!ended.some((old) => old.path === path)) ended.push(tail(run, path));
      if (!active) runs.delete(run.id);
      return { begun, ended };
    },
    drain: (run) =>
      source.paths(run).flatMap((path) => {
        const followed = known(run).tails.get(path);
        return drained(followed !== undefined && followed.attempt === run.attempt?.number ? followed : tail(run, path));
      }),
    release() {
      for (const followed of runs.values()) {
        followed.state = '';
        followed.tails.clear();
      }
    },
  };
}

/** The log of an attempt that was dead at first sight; of a run without an attempt the others, to know where they end now. */
const isReadOnce = (run: Run, path: string, { cursors }: Followed): boolean =>
  run.attempt === null ? !cursors.has(path) : isOwn(run, path);

function drained(tail: LogTail): Fact[] {
  const facts: Fact[] = [];
  for (let reads = 0; reads < DRAIN_READS; reads++) {
    const read = tail.read(true);
    facts.push(...read.facts);
    if (!read.more) break;
  }
  return facts;
}

const isOwn = (run: Run, path: string): boolean => !run.spec.logs.includes(path);
