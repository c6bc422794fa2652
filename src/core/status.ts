import type { Run } from './run.ts';
import type { Hold, RunState } from './types.ts';

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
  readonly id: string;
}

export function statusOf(run: Run): RunStatus {
  const { attempt, milestone } = run;
  return {
    name: run.name,
    state: run.state,
    because: run.because,
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
    nextAttemptAt: iso(run.due?.at.wall ?? null),
    milestone:
      milestone === null ? null : { what: milestone.what, at: new Date(milestone.at.wall).toISOString(), attempt: milestone.attempt },
    id: run.id,
  };
}

const iso = (wall: number | null): string | null => (wall === null ? null : new Date(wall).toISOString());
