import { isOver } from '../core/model/run.ts';
import type { RunCommand, RunFacts } from './model.ts';

/** For the oldest question: one is answered at a time. */
function answersTo({ questions }: RunFacts, type: (does: string, words: string) => RunCommand): readonly RunCommand[] {
  const [first, ...others] = questions;
  if (first === undefined) return [];
  const which = others.length === 0 ? '' : ` --question ${first.number}`;
  if (first.of === 'choice') return [type('answers what its agent asks', `answer RUN "…"${which}`)];
  return [type('allows what its agent asks for', `answer RUN yes${which}`), type('denies it', `answer RUN no${which}`)];
}

/** What a person can type about a run now, most useful first. `isCalled`: a notice is open. */
export function commandsOf(run: RunFacts, isCalled: boolean): readonly RunCommand[] {
  const type = (does: string, words: string): RunCommand => ({ type: `dogwatch ${words.replace('RUN', run.name)}`, does });
  const ack = isCalled ? [type('ends the reminders', 'ack RUN')] : [];
  const answers = answersTo(run, type);
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
