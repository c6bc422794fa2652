import { isOver } from '../core/model/run.ts';
import type { QuestionView, RunCommand, RunFacts } from './model.ts';

type Type = (does: string, words: string) => RunCommand;

const typeFor =
  ({ name }: Pick<RunFacts, 'name'>): Type =>
  (does, words) => ({ type: `dogwatch ${words.replace('RUN', name)}`, does });

/**
 * What answers a question of a run. The number is always part of it: when the person types it, the
 * run may ask something else.
 */
export function answersTo(run: Pick<RunFacts, 'name'>, { number, of }: Pick<QuestionView, 'number' | 'of'>): readonly RunCommand[] {
  const type = typeFor(run);
  if (of === 'choice') return [type('answers what its agent asks', `answer RUN "…" --question ${number}`)];
  return [
    type('allows what its agent asks for', `answer RUN yes --question ${number}`),
    type('denies it', `answer RUN no --question ${number}`),
  ];
}

/** For the oldest question; the others are listed elsewhere. */
function answersToFirst(run: RunFacts): readonly RunCommand[] {
  const [first, ...others] = run.questions;
  if (first === undefined) return [];
  const list = others.length === 0 ? [] : [typeFor(run)('lists its other questions, and how to answer them', 'questions RUN')];
  return [...answersTo(run, first), ...list];
}

/** What a person can type about a run now, most useful first. `isCalled`: a notice is open. */
export function commandsOf(run: RunFacts, isCalled: boolean): readonly RunCommand[] {
  const type = typeFor(run);
  const ack = isCalled ? [type('ends the reminders', 'ack RUN')] : [];
  const answers = answersToFirst(run);
  const look = type(run.pid === null ? 'shows what it said' : 'follows what it says', run.pid === null ? 'logs RUN' : 'logs -f RUN');
  const stop = type('ends it for good', 'stop RUN');
  if (isOver(run)) {
    const again = run.state === 'complete' ? [] : [type('takes it up again, with a new budget', 'resume RUN')];
    return [look, ...again, ...ack];
  }
  if (run.holds.some(({ kind }) => kind === 'operator'))
    return [type('lets dogwatch look after it again', 'unpause RUN'), look, ...ack, stop];
  if (answers.length > 0) return [...answers, look, ...ack, stop];
  if (run.needsLogin) return [type('tries it once you have logged in', 'resume RUN'), look, ...ack, stop];
  if (run.raisesCap !== null && run.pid === null)
    return [look, type('lets it go on, with a higher cap', `resume RUN ${run.raisesCap}`), ...ack, stop];
  if (run.recovery !== null) {
    return [
      type('shows what the recovery agent says', 'logs RUN --recovery'),
      type('ends that agent and resumes the run now', 'resume RUN'),
      stop,
    ];
  }
  if (run.needsPerson)
    return [look, type('shows what happened', 'history RUN'), type('lets it go on, with a new budget', 'resume RUN'), ...ack, stop];
  if (run.pid === null && run.holds.some(({ kind }) => kind === 'cap'))
    return [{ type: 'dogwatch costs --by day', does: 'shows what the days have cost' }, look, ...ack, stop];
  if (run.pid === null) return [type('starts it now', 'resume RUN'), look, ...ack, stop];
  return [look, ...ack, type('leaves it alone: it is not resumed when it dies', 'pause RUN'), stop];
}
