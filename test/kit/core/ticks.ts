import { isDeepStrictEqual } from 'node:util';
import type { Surroundings } from '../../../src/core/context.ts';
import { decide } from '../../../src/core/decide.ts';
import type { RunDecision, Wake } from '../../../src/core/decision.ts';
import type { Instant } from '../../../src/core/model/facts.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { explain } from '../../../src/core/report/explain.ts';
import { holdsUntil } from '../../../src/core/wake.ts';

const DAY = 24 * 3_600_000;

/** Until when a decision about a run holds (ms, monotonic), computed without any memory. */
export const heldUntil = (run: Run, at: Instant, around: Surroundings): number =>
  holdsUntil(run, { ...around, at, jitter: 0.9 }).wakeAtMono;

/**
 * Ticks come only when they may change something: none before, and none for nothing. `wake` is what
 * the decision said about that, if nothing around the run has changed since.
 */
export function ticksInTime(run: Run, now: Instant, around: Surroundings, wake: Wake | null = null): void {
  const until = heldUntil(run, now, around);
  if (until <= now.mono) throw new Error(`in state ${run.state}, a tick was due ${now.mono - until} ms before it was decided`);
  if (wake !== null && (wake.atMono ?? Number.POSITIVE_INFINITY) !== until)
    throw new Error(`in state ${run.state}, a decision holds until ${wake.atMono}, and whoever remembers nothing says until ${until}`);
  const tick = (ms: number): RunDecision => {
    const at = { wall: now.wall + ms, mono: now.mono + ms };
    return decide(run, { kind: 'tick', run: run.id, seq: 1_000_000, at, jitter: 0.9 }, around);
  };
  const aheadMs = Math.min(until - now.mono - 1, DAY);
  for (const ms of [aheadMs, Math.floor(aheadMs / 2)]) {
    const decision = tick(ms);
    if (isMoved(run, decision)) throw new Error(`a tick ${ms} ms ahead changes ${run.state} to ${decision.run.state}`);
  }
  if (Number.isFinite(until)) {
    const { run: later, material } = tick(until - now.mono);
    if (!material && isDeepStrictEqual(later, run))
      throw new Error(`a tick ${until - now.mono} ms ahead, in state ${run.state}, is for nothing`);
  }
  if (explain(run, now).includes('NaN')) throw new Error('an explanation with NaN');
}

/** Whatever a tick changed, it was due for, also if only the run's surroundings had changed. */
export function wasDue(run: Run, now: Instant, around: Surroundings, decision: RunDecision): void {
  if (isMoved(run, decision) && heldUntil(run, now, around) > now.mono)
    throw new Error(`nobody would have looked, and a tick changes ${run.state} to ${decision.run.state}`);
}

const isMoved = (before: Run, { run, actions }: RunDecision): boolean => run.state !== before.state || actions.length > 0;
