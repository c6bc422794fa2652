import type { AttemptsFound, Rest } from '../model/attempts-found.ts';
import type { Instant, Observation } from '../model/facts.ts';
import { type Attempt, isOver, type Run } from '../model/run.ts';
import { alsoNotified } from '../model/streak.ts';
import { deadAttempt, newAttempt } from '../run/new-run.ts';
import { restOf } from '../run/rest.ts';
import { claim, type Update } from '../run/update.ts';

type Found = Observation & AttemptsFound;

/**
 * Attempts that were started but are missing from the state, because an older copy was restored or
 * its end was lost. Their numbers are never reused, the last of them becomes the run's current
 * attempt, and decisions about older ones are void. None of them is charged.
 */
export function attemptsFound(run: Run, seen: Found): Update {
  const update = numbersFound(run, seen);
  const { rest = null, at } = seen;
  if (rest === null || isOver(run) || restOf(run) !== null) return update;
  const words = `${restInWords(rest)}, according to its files: the state is an older copy, or was damaged`;
  const note = update.note === null ? words : `${update.note}; ${words}`;
  const notice = { cause: 'lost', because: update.notice?.because ?? words } as const;
  const base: Run = { ...update.run, streak: alsoNotified(update.run.streak, notice.cause) };
  return { run: atRest(base, rest, words, at), note, notice };
}

/** What held before the older state was restored holds again. */
function atRest(run: Run, rest: Rest, because: string, at: Instant): Run {
  switch (rest) {
    case 'complete':
      return { ...run, proof: because };
    case 'stopped':
    case 'failed':
      return { ...run, stopping: { because, at } };
    case 'paused':
      return { ...run, paused: { because, at } };
    case 'escalated':
    case 'handed-off':
      return { ...run, blocked: because };
  }
}

const restInWords = (rest: Rest): string => {
  switch (rest) {
    case 'complete':
    case 'stopped':
      return `it was ${rest}`;
    case 'failed':
      return 'it had failed';
    case 'paused':
      return 'the operator had paused it';
    case 'escalated':
      return 'it needed a person';
    case 'handed-off':
      return 'it was handed off';
  }
};

function numbersFound(run: Run, seen: Found): Update {
  const { highest } = seen;
  if (highest <= run.tried) return { run, note: null };
  const lost = highest === run.tried + 1 ? `attempt ${highest}` : `attempts ${run.tried + 1} to ${highest}`;
  const note = `the state had lost ${lost} of this run: an older copy of the state was restored, or it was damaged. Numbering continues after ${highest}, and nothing is charged to the budget`;
  const notice = { cause: 'lost' as const, because: note };
  const base: Run = { ...run, tried: highest };
  if (isOver(run)) return { run: base, note };
  const { pending } = run;
  const isVoid = pending?.kind === 'resume';
  const charged = isVoid ? run.charged.filter((number) => number !== pending.attempt) : run.charged;
  const attempt = lastOf(run, seen);
  const next: Run = {
    ...base,
    attempt,
    pending: isVoid ? null : pending,
    charged,
    due: null,
    shot: null,
    excuse: 'lost',
    streak: alsoNotified(run.streak, notice.cause),
  };
  const isDone = run.spec.done.exit && !attempt.alive && attempt.exit?.code === 0 && run.claim === null;
  if (!isDone) return { run: next, note, notice };
  const done = claim(next, highest, 'exit status 0', 'the command says that it is finished');
  return { run: done.run, note: `${note}; ${done.note}`, notice };
}

/** Its tools may have outlived it: they are ended before the next attempt starts. */
function lastOf({ attempt }: Run, { highest, shim, agent, alive, exit, startedMono, at }: Found): Attempt {
  const startedAt: Instant = startedMono === null ? at : { mono: startedMono, wall: at.wall - (at.mono - startedMono) };
  const begun = newAttempt(highest, shim, agent, attempt?.mode ?? 'start', startedAt);
  return alive ? begun : deadAttempt(begun, { endedAt: at, exit, survivors: 'tools' });
}
