import type { Instant, Observation, Outcome } from '../model/facts.ts';
import type { Attempt, Run } from '../model/run.ts';
import { recoverySettled } from '../recovery/lifecycle.ts';
import { backoffMs } from '../run/budget.ts';
import { newAttempt } from '../run/new-run.ts';
import { repeatedStart } from '../run/repeated.ts';
import type { Update } from '../run/update.ts';
import { afterAttempt } from '../spend/run.ts';
import { later } from '../values/duration.ts';
import { died } from './attempt.ts';
import { lossOf } from './loss.ts';

type Pending = NonNullable<Run['pending']>;
type Settled<Kind extends Outcome['kind']> = Outcome & { readonly kind: Kind };

/**
 * Folds in the outcome of the action in flight. The outcome of any other action is stale and
 * ignored.
 */
export function settled(run: Run, seen: Observation & { kind: 'action.settled' }): Update {
  const { pending } = run;
  if (pending === null || pending.id !== seen.action) return { run, note: null };
  const base: Run = { ...run, pending: null };
  const { outcome } = seen;
  if (pending.kind === 'recover' || pending.kind === 'end-recovery') return recoverySettled(base, outcome, seen.at);
  switch (outcome.kind) {
    case 'started':
      return startedAttempt(base, pending, outcome, seen.at);
    case 'start-failed':
      return startFailed(base, outcome, seen);
    case 'not-started':
      return notStarted(uncharged(base, pending), outcome);
    case 'ended':
      return ended(base, outcome, seen.at);
    case 'end-failed': {
      const note = `attempt ${outcome.attempt} can't be ended: ${outcome.because}`;
      return { run: { ...uncharged(base, pending), blocked: note }, note };
    }
    case 'recovery-started':
    case 'recovery-failed':
    case 'recovery-ended':
    case 'recovery-end-failed':
    case 'delivered':
      return { run: base, note: null };
    case 'abandoned':
      return { run: { ...leftAlone(uncharged(base, pending)), due: null }, note: `an action was abandoned: ${outcome.because}` };
  }
}

function startedAttempt(run: Run, pending: Pending, { attempt, shim, agent, before }: Settled<'started'>, at: Instant): Update {
  const mode: Attempt['mode'] = pending.kind === 'resume' ? pending.mode : 'start';
  const spend = afterAttempt(run.spend, run.attempt);
  const lossBefore = lossOf(run);
  const next: Run = {
    ...run,
    // The logs of earlier attempts are read to their ends.
    cursors: Object.fromEntries(Object.entries(run.cursors).filter(([path]) => run.spec.logs.includes(path))),
    attempt: { ...newAttempt(attempt, shim, agent, mode, pending.at), ...(lossBefore !== null && { lossBefore }) },
    ...(spend !== undefined && { spend }),
    due: null,
    streak: { ...run.streak, startFailures: 0 },
    startProblem: null,
    excuse: null,
    parking: null,
    anyway: run.excuse === 'operator' ? { attempt, at } : null,
    refusal: null,
    operatorPrompt: null,
    ...(run.caps?.isTooLarge === true && { caps: { ...run.caps, isTooLarge: false } }),
  };
  const note = `attempt ${attempt} started${before === undefined ? '' : `; ${before}`}`;
  // The old session is given up only now: a fresh start that failed changes nothing.
  return mode === 'fresh'
    ? {
        run: {
          ...next,
          streak: {
            ...next.streak,
            refusals: 0,
            noops: run.session === null ? run.streak.noops : 0,
            freshStarts: run.streak.freshStarts + (run.caps?.isTooLarge === true ? 0 : 1),
          },
          session: null,
          ...(next.spend !== undefined && { spend: { ...next.spend, last: null } }),
          gaveUpSession: true,
        },
        note,
      }
    : { run: next, note };
}

function startFailed(run: Run, { attempt, because }: Settled<'start-failed'>, { at, jitter }: Observation): Update {
  const failed: Run = {
    ...run,
    streak: {
      ...run.streak,
      startFailures: run.streak.startFailures + 1,
      shortDeaths: run.streak.shortDeaths + 1,
      repeated: repeatedStart(run, because),
    },
    excuse: null,
    startProblem: because,
  };
  const note = `attempt ${attempt} could not be started: ${because}`;
  return { run: { ...failed, due: { at: later(at, backoffMs(failed, failed.streak.startFailures, jitter)), because: note } }, note };
}

/**
 * Not the run's doing: it is not charged, and nothing is retried until a person has fixed it.
 * Living processes must be ended with `stop`.
 */
function notStarted(run: Run, { attempt: number, isOccupied, because }: Settled<'not-started'>): Update {
  const note = `attempt ${number} was not started: ${because}`;
  const attempt = isOccupied && run.attempt?.alive === false ? { ...run.attempt, survivors: 'agent' as const } : run.attempt;
  return { run: { ...run, attempt, due: null, blocked: note }, note };
}

function ended(run: Run, { attempt: number, because }: Settled<'ended'>, at: Instant): Update {
  const { attempt } = run;
  if (attempt === null || attempt.number !== number) return { run, note: null };
  const gone: Run = attempt.alive ? died(run, attempt, at, attempt.exit, 'none') : { ...run, attempt: { ...attempt, survivors: 'none' } };
  return { run: gone, note: `attempt ${number} is gone: ${because}` };
}

/** A resume that was decided but never performed costs nothing. */
function uncharged(run: Run, pending: Pending): Run {
  if (pending.kind !== 'resume') return run;
  return { ...run, charged: run.charged.filter((number) => number !== pending.attempt), resumes: Math.max(0, run.resumes - 1) };
}

/** An end that was decided but never performed has ended nothing. */
const leftAlone = (run: Run): Run => (run.attempt?.alive === true ? { ...run, attempt: { ...run.attempt, endingBecause: null } } : run);
