import { answersInWords } from './asks/words.ts';
import { prompted, unsaid, withoutOpen } from './evolve/asks.ts';
import type { Escalated } from './model/cause.ts';
import type { Action, Instant, Observation, Question } from './model/facts.ts';
import { isOver, type Run } from './model/run.ts';
import { alsoNotified } from './model/streak.ts';
import type { Verdict } from './rules/rule.ts';
import type { Update } from './run/update.ts';

/** The action that the verdict asks for. */
export function act(run: Run, { wish, because, patch }: Verdict, seen: Observation): Action[] {
  if (wish === undefined) return [];
  const base = { id: `${run.id}/${seen.seq}`, run: run.id };
  switch (wish.kind) {
    case 'resume': {
      const answers = answersInWords(unsaid(run));
      const prompt = { reason: wish.reason, refusal: run.refusal, operator: run.operatorPrompt, ...(answers !== null && { answers }) };
      return [{ ...base, kind: 'resume', attempt: patch?.tried ?? run.tried + 1, mode: wish.mode, session: run.session, prompt }];
    }
    case 'end':
      if (run.attempt === null) throw new Error('there is no attempt to end');
      return [{ ...base, kind: 'end', attempt: run.attempt.number, because: wish.because }];
    case 'recover':
    case 'end-recovery': {
      if (run.recovery === null || run.attempt === null) throw new Error('there is no recovery');
      const { number: recovery } = run.recovery;
      const of = { ...base, attempt: run.attempt.number, recovery };
      return [wish.kind === 'recover' ? { ...of, kind: 'recover' } : { ...of, kind: 'end-recovery', because: wish.because }];
    }
    case 'escalate':
      return [{ ...base, kind: 'escalate', to: wish.to, cause: wish.cause, because }];
  }
}

/** Something that a person must know. */
export interface Notable {
  readonly cause: Escalated;
  readonly because: string;
}

/** What else a person must know: notified once, in addition to whatever is done. */
export function tell(run: Run, { notice }: Verdict, update: Update, ofAccount: readonly Notable[], { seq }: Observation): Action[] {
  const fromRules = notice !== undefined && !run.streak.notified.includes(notice.cause) ? [notice] : [];
  const notices = update.notice === undefined ? fromRules : [update.notice, ...fromRules];
  return [...notices, ...ofAccount].map(({ cause, because }) => ({
    kind: 'escalate',
    id: `${run.id}/${seq}/${cause}`,
    run: run.id,
    to: 'operator',
    cause,
    because,
  }));
}

/**
 * The verdict's questions, plus one for the job's evidence after each death and before the first
 * attempt.
 */
export function ask(run: Run, { questions = [], state }: Verdict): Question['kind'][] {
  const wants = new Set(questions);
  const isDead = run.attempt?.alive !== true;
  const isOpen = run.asked.evidence === null && run.answered.evidence < (run.attempt?.number ?? 0);
  if (isDead && isOpen && !isOver({ state })) wants.add('evidence');
  return [...wants];
}

/** The run after this verdict, with these actions and questions in flight. */
export function advance(
  run: Run,
  verdict: Verdict,
  actions: readonly Action[],
  questions: readonly Question['kind'][],
  { at }: Observation,
): Run {
  const { state, because, patch, notice, holds = [] } = verdict;
  let next: Run = { ...run, ...patch, state, because, holds, since: run.state === state ? run.since : at };
  if (notice !== undefined) next = { ...next, streak: alsoNotified(next.streak, notice.cause) };
  for (const kind of questions) next = asking(next, kind, at);
  for (const action of actions) {
    if (action.kind === 'resume')
      next = { ...prompted(next, action), pending: { id: action.id, kind: 'resume', attempt: action.attempt, mode: action.mode, at } };
    if (action.kind === 'recover' || action.kind === 'end-recovery')
      next = { ...next, pending: { id: action.id, kind: action.kind, attempt: action.attempt, at } };
    if (action.kind === 'end')
      next = { ...ending(next, action.because), pending: { id: action.id, kind: 'end', attempt: action.attempt, at } };
  }
  return withoutOpen(next);
}

function asking(run: Run, kind: Question['kind'], at: Instant): Run {
  if (kind === 'glance') return glancing(run, at);
  if (kind === 'recovery-spend') return run.recovery === null ? run : { ...run, recovery: { ...run.recovery, countedAt: at } };
  return { ...run, asked: { ...run.asked, [kind]: at } };
}

const glancing = (run: Run, at: Instant): Run =>
  run.attempt === null
    ? run
    : { ...run, attempt: { ...run.attempt, glance: { answered: null, isComplete: false, ...run.attempt.glance, asked: at } } };

const ending = (run: Run, because: string): Run =>
  run.attempt?.alive === true ? { ...run, attempt: { ...run.attempt, endingBecause: because } } : run;
