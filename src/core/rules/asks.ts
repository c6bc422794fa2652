import { openAsks, waitsFor } from '../asks/ask.ts';
import { askInWords } from '../asks/words.ts';
import { isOver, type Run } from '../model/run.ts';
import type { Verdict } from './rule.ts';

/** When the first open question is denied because nobody answered it (ms, monotonic). */
const expiresAtMono = (run: Run): number =>
  isOver(run) ? Number.POSITIVE_INFINITY : Math.min(...openAsks(run).map(({ at }) => at.mono + run.spec.policy.permissionGraceMs));

/** The verdict of another rule, until a question expires. */
export function untilExpired(verdict: Verdict, run: Run): Verdict {
  // While an action is in flight only its outcome matters.
  if (run.asks === undefined || run.pending !== null || isOver(verdict)) return verdict;
  return { ...verdict, wakeAtMono: Math.min(verdict.wakeAtMono, expiresAtMono(run)) };
}

/** An attempt that waits for a person is left alone: it is not silent, and not wedged. */
export function waiting(run: Run, state: Verdict): Verdict | null {
  const ask = waitsFor(run);
  if (ask === null) return null;
  return { ...state, because: `attempt ${run.attempt?.number} waits for a person, ${askInWords(ask)}` };
}
