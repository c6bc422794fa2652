import type { Observation } from '../model/facts.ts';
import { type Attempt, isOver, type Run } from '../model/run.ts';
import { noneToBeHad, novelty, withoutCharges } from '../run/milestones.ts';
import { hasVisiblyWorked, hasWorked, isUnrunnable } from '../run/repeated.ts';
import { milestone, type Update, weakMilestone } from '../run/update.ts';

type Gathered = Observation & { readonly kind: 'evidence.gathered' };

/** Folds in the job's evidence. */
export function evidenceAnswered(run: Run, seen: Gathered): Update {
  const { what, isStrong, marks } = novelty(run.marks, seen.evidence);
  const noEvidence = noneToBeHad(seen.evidence);
  const base: Run = { ...(seen.isGlance ? glanced(run, seen, marks) : looked(run, seen)), marks, noEvidence };
  const isMended = run.recovery?.phase === 'trial' && seen.attempt < run.recovery.from;
  if (isMended) return { run: base, note: what };
  if (what !== null && isStrong) return milestone(base, seen.attempt, seen.at, what);
  const worked = what === null ? null : workedIn(base, seen.attempt);
  if (what !== null && worked !== null) return weakMilestone(base, worked, seen.at, what);
  if (what !== null) return { run: base, note: contentWords(base, seen.attempt, what) };
  const isNew = noEvidence !== null && run.noEvidence !== noEvidence;
  const note = isNew ? `no evidence of progress is available: ${noEvidence}` : null;
  return noEvidence !== null && hasVisiblyWorkedIn(base, seen.attempt) ? notCharged(base, seen.attempt, note) : { run: base, note };
}

/** The attempt may have made a milestone of another kind, by its own report. */
const contentWords = ({ milestone: last }: Run, attempt: number, what: string): string =>
  last?.attempt === attempt
    ? `${what}, after attempt ${attempt}`
    : `${what}, after attempt ${attempt}, in which no work was seen: no milestone`;

const looked = (run: Run, { attempt }: Gathered): Run => ({
  ...run,
  asked: { ...run.asked, evidence: null },
  answered: { ...run.answered, evidence: Math.max(attempt, run.answered.evidence) },
});

/** A look while the attempt lives says nothing about its end. */
function glanced(run: Run, { attempt: number, evidence, at }: Gathered, marks: Run['marks']): Run {
  const { attempt } = run;
  if (attempt?.number !== number) return run;
  const isFirst = marks.baseline && !run.marks.baseline;
  const seenSince = isFirst ? { seenSince: at } : attempt.glance?.seenSince && { seenSince: attempt.glance.seenSince };
  const isComplete = evidence.missing.length === 0 && !looksElsewhere(run.marks, marks);
  return { ...run, attempt: { ...attempt, glance: { asked: null, answered: at, isComplete, ...seenSince } } };
}

/** What was achieved in a place is known only at the second look at it. */
const looksElsewhere = (before: Run['marks'], { refs, places = [] }: Run['marks']): boolean =>
  refs !== before.refs || places.some((place) => before.places?.includes(place) !== true);

/** The attempt without an open look, which nobody answers any more. */
export const withoutGlance = (attempt: Attempt): Attempt =>
  attempt.glance === undefined ? attempt : { ...attempt, glance: { ...attempt.glance, asked: null } };

/**
 * An attempt whose progress cannot be seen is not assumed idle: if its own events or long activity
 * show work, it is not charged, up to a limit.
 */
function notCharged(run: Run, attempt: number, note: string | null): Update {
  const charged = run.charged.filter((number) => number !== attempt);
  if (charged.length === run.charged.length) return { run, note };
  const words = `attempt ${attempt} worked, as far as can be seen, and is not charged to the budget`;
  return { run: withoutCharges(run, charged), note: note === null ? words : `${note}; ${words}` };
}

/**
 * The attempt whose work was found by a look at this one, or null if it is not known to have
 * worked. A look that was answered late, when the next attempt had ended as well, finds the work of
 * both: then it is that of the first of those that are known to have worked.
 */
function workedIn({ attempt, lastEnd, spec }: Run, number: number): number | null {
  const ended = lastEnd && { number: lastEnd.attempt, isWork: lastEnd.hasWorked };
  const present = attempt && { number: attempt.number, isWork: hasWorked(attempt, spec.policy.promptAfterMs) };
  const since = [ended, present].filter((one) => one != null).filter((one) => one.number >= number);
  const meant = since.filter((one) => one.number === number);
  return (meant.length > 0 ? meant : since).find(({ isWork }) => isWork)?.number ?? null;
}

function hasVisiblyWorkedIn({ attempt, lastEnd, spec }: Run, number: number): boolean {
  if (attempt?.number === number) return hasVisiblyWorked(attempt, spec.policy.promptAfterMs);
  return lastEnd?.attempt === number && (lastEnd.hasVisiblyWorked ?? lastEnd.hasWorked);
}

/** Folds in the result of a check. */
export function checkAnswered(run: Run, seen: Observation & { kind: 'check.finished' }): Update {
  if (run.asked.check === null) return { run, note: null };
  const base: Run = {
    ...run,
    asked: { ...run.asked, check: null },
    // The answer to a living attempt's claim says nothing about its end.
    answered: run.attempt?.alive === true ? run.answered : { ...run.answered, check: Math.max(seen.attempt, run.answered.check) },
    claim: null,
  };
  if (isOver(run)) return { run: base, note: null };
  // A refusal that answers an earlier attempt says nothing about this attempt's claim: the check
  // runs again.
  if (!seen.passed && run.claim !== null && seen.attempt !== run.attempt?.number) return { run: { ...base, claim: run.claim }, note: null };
  if (seen.passed) {
    const proof = `the check passed${run.claim ? ` (${run.claim.by} had said so: ${run.claim.because})` : ''}`;
    return { run: { ...base, refusal: null, proof }, note: proof };
  }
  const status = seen.status ?? null;
  const unrunnable = isUnrunnable(status) ? (run.failedCheck?.unrunnable ?? 0) + 1 : 0;
  const refused: Run = { ...base, refusal: seen.output, ...(status !== null && { failedCheck: { status, unrunnable } }) };
  const how = status === null ? '' : ` with exit status ${status}`;
  const note = run.claim
    ? `the claim of done (${run.claim.by}) is refused: the check failed${how}`
    : `the check says that the job is not done yet${status === null ? '' : ` (exit status ${status})`}`;
  return { run: refused, note };
}

export function sessionAnswered(run: Run, attempt: number, session: string | null): Update {
  const base: Run = {
    ...run,
    asked: { ...run.asked, session: null },
    answered: { ...run.answered, session: Math.max(attempt, run.answered.session) },
  };
  if (session === null || base.session !== null || run.attempt?.number !== attempt) return { run: base, note: null };
  return { run: { ...base, session }, note: `the session is ${session}` };
}
