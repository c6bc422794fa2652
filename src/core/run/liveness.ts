import { type AccountHold, holdsOf, isAhead } from '../account/hold.ts';
import type { Instant } from '../model/facts.ts';
import type { Attempt, Run } from '../model/run.ts';
import { NEVER, type Verdict } from '../rules/rule.ts';
import { elapsedMs } from '../values/duration.ts';

/** The state of a run whose process is alive: by its activity. */
export function livingState(run: Run, at: Instant): Verdict {
  const { attempt, spec } = run;
  if (attempt === null) throw new Error(`run ${run.id} has no attempt that could be alive`);
  if (attempt.lastActivity === null)
    return { state: 'starting', because: `attempt ${attempt.number} was started and has not shown activity yet`, wakeAtMono: NEVER };
  if (elapsedMs(attempt.lastActivity, at) < spec.policy.quietMs)
    return {
      state: 'working',
      because: `attempt ${attempt.number} is active${afterLoss(attempt)}`,
      wakeAtMono: attempt.lastActivity.mono + spec.policy.quietMs,
    };
  return { state: 'quiet', because: `attempt ${attempt.number} is ${howQuiet(attempt)}`, wakeAtMono: NEVER };
}

function howQuiet(attempt: Attempt): string {
  if (isUnheard(attempt)) return `alive; ${UNHEARD} ${attempt.lostLog?.because}`;
  if (attempt.tool !== null) return `busy with a tool (${attempt.tool.name})`;
  return `alive without recent activity${afterLoss(attempt)}`;
}

const UNHEARD = 'whether it is active is not known, because its log';

const afterLoss = ({ lostLog }: Attempt): string => (lostLog == null ? '' : `; its log ${lostLog.because}`);

/** What it prints can't be read any more: that nothing is heard of it says nothing. */
export const isUnheard = ({ lostLog }: Pick<Attempt, 'lostLog'>): boolean => lostLog != null && !lostLog.isRead;

/** True while a process of the run is left: the attempt itself, or tools that outlived it. */
export const needsEnding = (run: Run): boolean => run.attempt !== null && (run.attempt.alive || run.attempt.survivors !== 'none');

export const isObserveOnly = (run: Run): boolean => !run.hostEnabled || !run.spec.policy.enabled;

/** The moment since which a living attempt is silent. */
export const silentSince = (attempt: NonNullable<Run['attempt']>): Instant => attempt.lastActivity ?? attempt.startedAt;

/** How long a living attempt may be silent, in ms: less before its first activity, and after a turn that was the last thing heard of it. */
export function patienceMs({ attempt, spec }: Run): number {
  const { startupMs, idleMs, permissionGraceMs } = spec.policy;
  if (attempt?.trouble?.kind === 'permission') return Math.min(permissionGraceMs, idleMs);
  return attempt?.lastActivity == null || attempt.turnOver !== null ? Math.min(startupMs, idleMs) : idleMs;
}

/** Until when a silent attempt is left alone because its account is held and it reported so itself: ms since the epoch; null: it is not. */
export function leftAloneUntil(run: Run, holds: readonly AccountHold[], at: Instant): number | null {
  if (run.attempt?.trouble?.kind !== 'limit') return null;
  const ends = holdsOf(run, holds).flatMap(({ kind, untilWall }) =>
    kind === 'limit' && untilWall !== null && isAhead(untilWall, run, at) ? untilWall : [],
  );
  return ends.length === 0 ? null : Math.max(...ends);
}
