import type { Wake } from './decision.ts';
import { waiveCharge } from './host/outbreak.ts';
import type { Hold } from './model/facts.ts';
import type { Run } from './model/run.ts';
import { type Moment, NEVER, type Verdict } from './rules/rule.ts';
import { judge } from './rules/table.ts';
import { deltaFrom } from './values/delta.ts';

/**
 * Until when a decision about a run holds (ms, monotonic): as long as its verdict says, or no
 * longer if the verdict would differ by now.
 */
export function holdsUntil(run: Run, moment: Moment): Pick<Verdict, 'wakeAtMono' | 'awaitsDisks'> {
  const known = waiveCharge(run, moment.common);
  const verdict = judge(known, moment);
  return isAnother(known, verdict) ? { wakeAtMono: moment.at.mono } : verdict;
}

/** The wake-up that the decision stores: while an action is in flight, only its outcome matters. */
export const wakeOf = ({ pending }: Run, { wakeAtMono, awaitsDisks }: Verdict): Wake => ({
  atMono: pending === null && wakeAtMono !== NEVER ? wakeAtMono : null,
  awaitsDisks: awaitsDisks === true,
});

/**
 * True if following the verdict changes the run. New words alone do not: the next observation
 * renews them.
 */
function isAnother(run: Run, { state, wish, notice, questions = [], patch = {}, holds = [] }: Verdict): boolean {
  const isNew = notice !== undefined && !run.streak.notified.includes(notice.cause);
  if (state !== run.state || wish !== undefined || isNew || questions.length > 0) return true;
  const isPatched = (Object.keys(patch) as (keyof Run)[]).some((field) => deltaFrom(run[field] ?? null, patch[field] ?? null) !== null);
  return isPatched || holds.length !== run.holds.length || holds.some((hold, index) => !isAlike(hold, run.holds[index]));
}

/** The same hold with the same end, within the precision of two clocks. */
const isAlike = (one: Hold, other: Hold | undefined): boolean =>
  one.kind === other?.kind &&
  one.because === other.because &&
  (one.untilWall === null) === (other.untilWall === null) &&
  Math.abs((one.untilWall ?? 0) - (other.untilWall ?? 0)) < CLOCKS_APART_MS;

/** The wall clock was set if its distance to the monotonic one changed by more than this. */
export const CLOCKS_APART_MS = 1000;
