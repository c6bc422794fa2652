import { statSync } from 'node:fs';
import type { Watched } from '../streams/observations.ts';
import { agentFor } from './agents/registry.ts';
import { timeZone } from './agents/time-zone.ts';
import type { Run } from './core/run.ts';
import type { Fact } from './core/types.ts';
import { readAttempt } from './launch/attempt-record.ts';
import { lookAtAttempts } from './launch/look-at-attempts.ts';
import { readEnvironment } from './store/environment.ts';
import { inboxDirectory, watchInbox } from './store/inbox-watch.ts';
import { aliveFifo, attemptFiles, type Layout } from './store/layout.ts';
import type { Request } from './store/request.ts';
import type { Store } from './store/store.ts';
import { removeRequest, type TakenRequest, takeRequests } from './store/take-requests.ts';
import { fileState } from './system/file-state.ts';
import { instant } from './system/instant.ts';
import { bootId } from './system/process.ts';

/** What every run hears first from a new watchdog. */
export const firstFacts = (runs: readonly Run[], lastBoot: string | null, enabled: boolean): readonly Fact[] =>
  runs.map((run): Fact => {
    const boots = [lastBoot, run.attempt?.shim?.bootId, run.attempt?.agent?.bootId];
    return { kind: 'watchdog.started', run: run.id, rebooted: boots.some((boot) => boot != null && boot !== bootId()), enabled };
  });

/** Requests that wait and were not answered yet; one that was answered just before a watchdog died is not followed again. */
export function openRequests(layout: Layout, store: Store): { requests: readonly TakenRequest[]; refused: readonly string[] } {
  const { requests, refused } = takeRequests(layout);
  const open = requests.filter(({ request, file }) => {
    const isAnswered = store.hasReply(request.id);
    if (isAnswered) removeRequest(file);
    return !isAnswered;
  });
  return { requests: open, refused };
}

/** A request as an observation. The claims of an agent are genuine where they come with the token of that attempt. */
export function requested(layout: Layout, request: Request): Fact {
  const { id, run } = request;
  switch (request.kind) {
    case 'register':
      return { kind: 'run.registered', run, request: id, generation: request.generation, spec: request.spec, foreign: request.foreign };
    case 'operator':
      return { kind: 'operator.requested', run, request: id, command: request.command };
    case 'claim': {
      const { attempt, token, claim, because } = request;
      const genuine = readAttempt(attemptFiles(layout, run, attempt)).mark === `${run}/${attempt}/${token}`;
      return { kind: 'agent.claimed', run, request: id, attempt, genuine, claim, because };
    }
  }
}

/** Where the inbox is, and what wakes its reader. */
export const inboxOf = (layout: Layout, report: (problem: string) => void) => ({
  directory: () => inboxDirectory(layout),
  watch: (touched: () => void, failed: (because: string) => void) => watchInbox(layout, touched, failed),
  report,
});

/** What it takes to watch the runs themselves. */
export const watchedOf = (
  layout: Layout,
  report: (problem: string) => void,
): Pick<Watched, 'logs' | 'doneFiles' | 'processes' | 'vitals'> => ({
  logs: {
    paths: (run) => logPaths(layout, run),
    interpreter: ({ spec }, path) =>
      agentFor(spec.agent).interpreter(spec, { atWall: () => lastWritten(path), zone: zoneOf(layout, spec.environmentFile) }),
    report,
  },
  doneFiles: { stat: fileState, report },
  processes: {
    fifo: (run) => (isForeign(run) ? null : aliveFifo(layout, run.id)),
    files: (run) => (isForeign(run) ? null : attemptFiles(layout, run.id, run.attempt?.number ?? 0)),
    report,
  },
  vitals: {
    now: instant,
    look: (runs) => lookAtAttempts(runs, (run) => (isForeign(run) ? null : attemptFiles(layout, run.id, run.attempt?.number ?? 0))),
  },
});

/** When the last line of a log was written; it may be read much later. */
const lastWritten = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? instant().wall;

/** The time zone of a run's processes. */
function zoneOf(layout: Layout, environmentFile: string): string {
  try {
    return timeZone(readEnvironment(layout, environmentFile).TZ);
  } catch {
    return timeZone(undefined);
  }
}

/** Its present attempt was started by somebody else, and adopted. */
const isForeign = ({ attempt }: Run): boolean => attempt !== null && attempt.shim === null;

/** The logs of a run: its attempt's own first. */
function logPaths(layout: Layout, run: Run): readonly string[] {
  const { id, attempt, spec } = run;
  if (attempt === null || isForeign(run)) return spec.logs;
  return [attemptFiles(layout, id, attempt.number).log, ...spec.logs];
}
