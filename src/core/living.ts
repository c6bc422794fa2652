import type { Verdict } from './rule.ts';
import type { Run } from './run.ts';
import { elapsedMs } from './time.ts';
import type { Instant } from './types.ts';

/** The state of a run whose process is alive: by its activity. */
export function livingState(run: Run, at: Instant): Verdict {
  const { attempt, spec } = run;
  if (attempt === null) throw new Error(`run ${run.id} has no attempt that could be alive`);
  if (attempt.lastActivity === null)
    return { state: 'starting', because: `attempt ${attempt.number} was started and has not shown activity yet` };
  if (elapsedMs(attempt.lastActivity, at) < spec.policy.quietMs)
    return { state: 'working', because: `attempt ${attempt.number} is active` };
  if (attempt.tool !== null) return { state: 'quiet', because: `attempt ${attempt.number} is busy with a tool (${attempt.tool.name})` };
  return { state: 'quiet', because: `attempt ${attempt.number} is alive without recent activity` };
}

/** True while a process of the run is left: the attempt itself, or tools that outlived it. */
export const needsEnding = (run: Run): boolean => run.attempt !== null && (run.attempt.alive || run.attempt.survivors !== 'none');

/** It is the turn of the supervisor, of a recovery agent or of a person: the watchdog leaves it alone. */
export const keepsItsTurn = (run: Run): boolean => run.state === 'handed-off' || run.state === 'escalated' || run.state === 'recovering';

export const isObserveOnly = (run: Run): boolean => !run.hostEnabled || !run.spec.policy.enabled;

/** The moment since which a living attempt is silent. */
export const silentSince = (attempt: NonNullable<Run['attempt']>): Instant => attempt.lastActivity ?? attempt.startedAt;

/** How long a living attempt may be silent, in ms: less before its first activity. */
export const patienceMs = ({ attempt, spec }: Run): number =>
  attempt?.lastActivity == null ? Math.min(spec.policy.startupMs, spec.policy.idleMs) : spec.policy.idleMs;
