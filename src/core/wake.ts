import type { Wake } from './decision.ts';
import { waiveCharge } from './host/outbreak.ts';
import type { Hold } from './model/facts.ts';
import type { Run } from './model/run.ts';
import { type Moment, NEVER, type Verdict } from './rules/rule.ts';
import { judge } from './rules/table.ts';
import { deltaFrom } from './values/delta.ts';

/** Until when what is decided of a run holds (ms, monotonic): as long as its verdict says, or no longer if it would be another one by now. */
export function holdsUntil(run: Run, moment: Moment): Pick<Verdict, 'wakeAtMono' | 'awaitsDisks'> {
  const known = waiveCharge(run, moment.common);
  const verdict = judge(known, moment);
  return isAnother(known, verdict) ? { wakeAtMono: moment.at.mono } : verdict;
}

/** The same as the decision keeps it that follows the verdict: while an action is in flight, its outcome is waited for. */
export const wakeOf = ({ pending }: Run, { wakeAtMono, awaitsDisks }: Verdict): Wake => ({
  atMono: pending === null && wakeAtMono !== NEVER ? wakeAtMono : null,
  awaitsDisks: awaitsDisks === true,
});

/** True where to follow the verdict changes the run. Its words alone do not: they are renewed by the next observation. */
function isAnother(run: Run, { state, wish, notice, questions = [], patch = {}, holds = [] }: Verdict): boolean {
  const isNew = notice !== undefined && !run.streak.notified.includes(notice.cause);
  if (state !== run.state || wish !== undefined || isNew || questions.length > 0) return true;
  const isPatched = (Object.keys(patch) as (keyof Run)[]).some((field) => deltaFrom(run[field] ?? null, patch[field] ?? null) !== null);
  return isPatched || holds.length !== run.holds.length || holds.some((hold, index) => !isAlike(hold, run.holds[index]));
}

/** The same hold with the same end, as far as two clocks agree. */
const isAlike = (one: Hold, other: Hold | undefined): boolean =>
  one.kind === other?.kind &&
  one.because === other.because &&
  (one.untilWall === null) === (other.untilWall === null) &&
  Math.abs((one.untilWall ?? 0) - (other.untilWall ?? 0)) < CLOCKS_APART_MS;

/** The wall clock was set if it is this much further ahead of the monotonic one, or less. */
export const CLOCKS_APART_MS = 1000;
