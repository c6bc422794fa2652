import type { Hold, RunState } from '../model/facts.ts';
import type { Recovery } from '../model/recovery.ts';
import type { Run } from '../model/run.ts';
import { isRecovering } from '../recovery/lifecycle.ts';
import { type CostReport, costReport } from '../spend/report.ts';

/** One run as `status --json` prints it. Dates are ISO 8601, UTC. */
export interface RunStatus {
  readonly name: string;
  readonly state: RunState;
  readonly because: string;
  readonly agent: string;
  readonly cwd: string;
  readonly attempts: number;
  readonly resumes: number;
  readonly resumesWithoutProgress: number;
  readonly pid: number | null;
  readonly sessionId: string | null;
  readonly holds: readonly { readonly kind: Hold['kind']; readonly until: string | null; readonly because: string }[];
  readonly startedAt: string;
  readonly lastActivityAt: string | null;
  readonly nextAttemptAt: string | null;
  readonly milestone: { readonly what: string; readonly at: string; readonly attempt: number } | null;
  /** The running recovery agent, or null if there is none. */
  readonly recovery: { readonly number: number; readonly agent: string; readonly startedAt: string; readonly until: string } | null;
  readonly id: string;
  /** What all its attempts and recovery agents cost so far. */
  readonly cost: CostReport;
}

export function statusOf(run: Run): RunStatus {
  const { attempt, milestone } = run;
  return {
    name: run.name,
    state: run.state,
    // `nextAttemptAt` says how long it waits, as of now; the decision's words are from when it was
    // made.
    because: run.state === 'waiting' ? (run.due?.because ?? run.because) : run.because,
    agent: run.spec.agent,
    cwd: run.spec.cwd,
    attempts: attempt?.number ?? 0,
    resumes: run.resumes,
    resumesWithoutProgress: run.charged.length,
    pid: attempt?.alive === true ? (attempt.agent?.pid ?? attempt.shim?.pid ?? null) : null,
    sessionId: run.session,
    holds: run.holds.map(({ kind, untilWall, because }) => ({ kind, until: iso(untilWall), because })),
    startedAt: new Date(run.registeredAt.wall).toISOString(),
    lastActivityAt: iso(attempt?.lastActivity?.wall ?? null),
    nextAttemptAt: iso(nextWall(run)),
    milestone:
      milestone === null ? null : { what: milestone.what, at: new Date(milestone.at.wall).toISOString(), attempt: milestone.attempt },
    recovery: isRecovering(run) ? recoveryAtWork(run.recovery) : null,
    id: run.id,
    cost: costReport(run),
  };
}

/** When it is tried again, as far as a clock says so: not before every hold on it is over. */
function nextWall({ due, state, holds }: Run): number | null {
  if (due !== null) return due.at.wall;
  if (state !== 'waiting' || holds.length === 0) return null;
  const ends = holds.flatMap(({ untilWall }) => (untilWall === null ? [] : [untilWall]));
  return ends.length < holds.length ? null : Math.max(...ends);
}

const recoveryAtWork = ({ number, spec, startedAt }: Recovery): RunStatus['recovery'] => ({
  number,
  agent: spec.agent,
  startedAt: new Date(startedAt.wall).toISOString(),
  until: new Date(startedAt.wall + spec.timeoutMs).toISOString(),
});

const iso = (wall: number | null): string | null => (wall === null ? null : new Date(wall).toISOString());
