import { holdsOf } from '../account/hold.ts';
import type { Hold } from '../model/facts.ts';
import type { Run } from '../model/run.ts';
import { later } from '../values/duration.ts';
import type { Moment } from './rule.ts';

/** Said when a hold has ended; the first match applies. */
const IS_OVER: readonly (readonly [Hold['kind'], string])[] = [
  ['limit', 'the hold of its account is over'],
  ['auth', 'the hold of its account is over'],
  ['reserve', 'the window of its account has room again'],
  ['hours', 'its hours have begun'],
  ['disk', 'its disk is writable again'],
  ['common-cause', 'nothing has been killed for a while'],
  ['cap', 'all runs may spend again'],
];

/**
 * When a run that was held is due, or null if nothing held it: the probe at once, all others
 * staggered once it worked or once there is room.
 */
export function afterHold(run: Run, { at, jitter, holds }: Moment): Run['due'] {
  const was = (kind: Hold['kind']) => run.holds.some((hold) => hold.kind === kind);
  const isHeldByAccount = was('limit') || was('auth') || was('hours') || was('reserve');
  if (isHeldByAccount && holdsOf(run, holds).length > 0) return { at, because: 'what holds its account may be over: this run goes first' };
  const over = IS_OVER.find(([kind]) => was(kind))?.[1];
  if (over === undefined) return null;
  return { at: later(at, Math.round(jitter * run.spec.policy.staggerMs)), because: `${over}; runs come back staggered` };
}
