import { cycleInWords, cycleOf } from '../calls/cycle.ts';
import type { Instant } from '../model/facts.ts';
import type { Attempt, Run } from '../model/run.ts';
import type { WentNowhere } from '../model/streak.ts';
import { isInTool, stallOf } from '../run/stall.ts';
import { inWords } from '../values/duration.ts';
import { NEVER, toOperator, type Verdict } from './rule.ts';

/** A person decides after this many attempts that were ended for the same reason. */
const MAX_TIMES = 2;

/**
 * A living attempt whose work goes nowhere: its calls go in a circle, or it is active without a
 * milestone. `state` is what it would be otherwise. Null if neither is the case.
 */
export function getsNowhere(run: Run, attempt: Attempt, at: Instant, state: Verdict): Verdict | null {
  return inCircles(run, attempt, state) ?? stalled(run, attempt, at, state);
}

function inCircles(run: Run, attempt: Attempt, state: Verdict): Verdict | null {
  const cycle = cycleOf(attempt.calls, run.spec.policy.maxRepeats ?? 0);
  if (cycle === null) return null;
  const because = `attempt ${attempt.number} goes in a circle (DOGWATCH_MAX_REPEATS): ${cycleInWords(cycle)}`;
  return ending(run, state, because, { loop: once(run.streak.loop, attempt, because) });
}

/** What an idle attempt or a running tool is limited by is not decided here. */
function stalled(run: Run, attempt: Attempt, at: Instant, state: Verdict): Verdict | null {
  if (state.state !== 'working' || isInTool(attempt)) return null;
  const stall = stallOf(run, attempt);
  if (stall === null) return null;
  if (stall.isProven) {
    const limit = inWords(run.spec.policy.maxStallMs ?? 0);
    const because = `attempt ${attempt.number} gets nowhere: it is active, but has made no milestone for ${limit} (DOGWATCH_MAX_STALL)`;
    return ending(run, state, because, { stall: once(run.streak.stall, attempt, because) });
  }
  if (at.mono >= stall.lookMono) return { ...state, questions: ['glance'] };
  return { ...state, wakeAtMono: Math.min(state.wakeAtMono, stall.lookMono) };
}

/** An end that was given up and is decided again counts once. */
const once = (before: WentNowhere | undefined, { number }: Attempt, because: string): WentNowhere => ({
  attempt: number,
  times: before === undefined ? 1 : before.attempt === number ? before.times : before.times + 1,
  because,
});

const ending = (run: Run, state: Verdict, because: string, streak: Pick<Run['streak'], 'loop' | 'stall'>): Verdict => ({
  ...state,
  because,
  patch: { streak: { ...run.streak, ...streak } },
  wish: { kind: 'end', because },
  wakeAtMono: NEVER,
});

/** The second attempt that went nowhere is dead: only a person can set the run on another way. */
export function wentNowhere(run: Run): Verdict | null {
  const { attempt, excuse, answered, streak } = run;
  if (attempt === null || excuse === 'operator' || run.recovery?.phase === 'trial') return null;
  for (const cause of ['loop', 'stall'] as const) {
    const past = streak[cause];
    if (past === undefined || past.times < MAX_TIMES) continue;
    const because = `${past.because}; it is the ${ordinal(past.times)} attempt to do so`;
    if (answered.evidence < attempt.number)
      return { state: 'waiting', because: `${because}; looking whether it made a milestone`, wakeAtMono: NEVER };
    return { state: 'escalated', because, ...toOperator(cause) };
  }
  return null;
}

const ordinal = (times: number): string => (times === 2 ? 'second' : `${times}th`);

/** What the next prompt adds about an attempt that went nowhere, or nothing. */
export function advice({ attempt, streak: { loop, stall } }: Run): string {
  if (attempt === null) return '';
  if (loop?.attempt === attempt.number) return '; do not repeat that: find out why it does not help, and go on in another way';
  return stall?.attempt === attempt.number
    ? '; look at what is still missing, and go on in small steps whose results can be seen: commits, or `dogwatch progress`'
    : '';
}
