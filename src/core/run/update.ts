import type { QuestionName, RunTrouble } from '../model/cause.ts';
import type { Instant } from '../model/facts.ts';
import { type Inside, insideInWords, NOT_FROM_INSIDE } from '../model/inside.ts';
import type { Run } from '../model/run.ts';
import { earnedPromptness } from './budget.ts';
import { withMilestone, withWeakMilestone } from './milestones.ts';

/** The result of an observation: the updated run, and a note if the journal should remember it. */
export interface Update {
  readonly run: Run;
  readonly note: string | null;
  /** Set if a request cannot be followed: why, for its sender. */
  readonly refused?: string;
  /** What a person must know, whatever is decided. */
  readonly notice?: { readonly cause: RunTrouble | QuestionName; readonly because: string };
  /** Set if a request asks for what is already so. */
  readonly needless?: string;
}

/** Refuses a request: nothing changes, and its sender gets the reason. */
export const refuse = (run: Run, why: string): Update => ({ run, note: null, refused: why });

/**
 * Accepts a request for what is already so: nothing changes, so repeating a request, as scripts do,
 * is not refused.
 */
export const needless = (run: Run, why: string): Update => ({ run, note: null, needless: why });

/** Credits a milestone; a resume that waits for its backoff is scheduled anew. */
export function milestone(run: Run, attempt: number, at: Instant, what: string): Update {
  const credited = withMilestone(run, attempt, at, what);
  const isPrompt = run.attempt?.number === attempt && !run.attempt.alive && earnedPromptness(credited);
  const note = `milestone in attempt ${attempt}: ${what}`;
  return { run: isPrompt ? { ...credited, streak: { ...credited.streak, shortDeaths: 0 }, due: null } : credited, note };
}

/**
 * Credits a weak milestone: it does not lift the backoff of a failure; after an end that went well
 * the minimum applies.
 */
export function weakMilestone(run: Run, attempt: number, at: Instant, what: string): Update {
  const credited = withWeakMilestone(run, attempt, at, what);
  const isWell = run.lastEnd?.attempt === attempt && run.lastEnd.endedWell;
  const wakes = isWell && run.attempt?.number === attempt && credited.streak.shortDeaths > 1;
  return {
    run: wakes ? { ...credited, streak: { ...credited.streak, shortDeaths: 1 }, due: null } : credited,
    note: `milestone in attempt ${attempt}: ${what}`,
  };
}

/** A claim of done: proof if no check is defined, otherwise a claim that its check decides. */
export function claim(run: Run, attempt: number, by: string, because: string): Update {
  const words = `${by} says that the job is done: ${because}`;
  if (run.spec.done.check === null) return { run: { ...run, proof: words }, note: words };
  return { run: { ...run, claim: { by, because, attempt } }, note: words };
}

/**
 * A request about the run that a process of a run may not make: it is noted, and nothing follows.
 */
export const refusedInside = (run: Run, inside: Inside, what: string): Update => ({
  ...refuse(run, `${NOT_FROM_INSIDE} (the request came ${insideInWords(inside)})`),
  note: `${what} was asked for ${insideInWords(inside)}, and refused: ${NOT_FROM_INSIDE}`,
});
