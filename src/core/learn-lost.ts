import { bornAttempt } from './born.ts';
import { claim, type Learned } from './learned.ts';
import type { AttemptsFound } from './lost-types.ts';
import { type Attempt, isOver, type Run } from './run.ts';
import type { Instant, Observation } from './types.ts';

type Found = Observation & AttemptsFound;

/**
 * Attempts that were started and that the state does not know: an older copy of it was put back, or its end was lost. Their numbers are not
 * used again, the last of them is the run's present attempt, and what was decided about an older one is void. Nothing of it is charged.
 */
export function attemptsFound(run: Run, seen: Found): Learned {
  const { highest } = seen;
  if (highest <= run.tried) return { run, note: null };
  const lost = highest === run.tried + 1 ? `attempt ${highest}` : `attempts ${run.tried + 1} to ${highest}`;
  const note = `the state had lost ${lost} of it: an older copy of the state was put back, or it was damaged. Numbers go on after ${highest}, and nothing is charged for it`;
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
    told: [...run.told, notice.cause],
  };
  const isDone = run.spec.done.exit && !attempt.alive && attempt.exit?.code === 0 && run.claim === null;
  if (!isDone) return { run: next, note, notice };
  const done = claim(next, highest, 'exit status 0', 'the command says that it is finished');
  return { run: done.run, note: `${note}; ${done.note}`, notice };
}

/** Tools may have outlived it: they are ended before the next one starts. */
function lastOf({ attempt }: Run, { highest, shim, agent, alive, exit, startedMono, at }: Found): Attempt {
  const begun: Instant = startedMono === null ? at : { mono: startedMono, wall: at.wall - (at.mono - startedMono) };
  const born = bornAttempt(highest, shim, agent, attempt?.mode ?? 'start', begun);
  return alive ? born : { ...born, alive: false, endedAt: at, exit, survivors: 'tools' };
}
