import type { Answer } from '../../providers/model-server.ts';
import { JOB, type Subject } from '../jobs/subject.ts';
import type { Request } from './held-model.ts';
import type { Point } from './point.ts';

/** Two steps of the job; a sub-agent does S. Each appends its letter to the file of effects. */
export type Letter = 'A' | 'B' | 'S';

export const lettersOf = (point: Point): readonly Letter[] => {
  switch (point) {
    case 'first-word':
    case 'turn-end':
      return ['A'];
    case 'sub-agent':
      return ['A', 'S'];
    case 'permission':
      return ['B'];
    default:
      return ['A', 'B'];
  }
};

/** What a request leads to. */
export type Step =
  | { readonly kind: 'title' | 'summary' | 'end' | 'sub-end' }
  | { readonly kind: 'do' | 'look' | 'sub'; readonly letter: Letter };

/** The task that a sub-agent gets. */
const SUB_TASK = 'Do the part of the SUBTASK.';
/** How the CLIs ask for a summary of the session. */
const SUMMARY =
  /Do NOT call any tools|CONTEXT CHECKPOINT|state_snapshot|context checkpoint summary|earlier context from an ongoing conversation|anchored summary|detailed (?:prompt|summary)/;
/** In every prompt of a resume. */
export const RESUMED = 'This is attempt ';
/** In a prompt that says that the last steps may be missing. */
export const WARNED = 'your last steps may be missing';
export const FINAL = 'All of it is done.';

/** What the model sees of a step: the result, that it was called, or nothing. */
export function seenOf(letter: Letter, history: string): 'result' | 'call' | 'nothing' {
  if (history.includes(`ran-${letter}`)) return 'result';
  return history.includes(letter === 'S' ? 'SUBTASK' : `echo ${letter} >>`) ? 'call' : 'nothing';
}

/**
 * A careful model: it does what its conversation has no trace of, looks first where that has a call
 * without its result or its prompt warns of missing steps, and goes on where it has the result.
 */
export function stepFor({ isTurn, messages }: Request, letters: readonly Letter[], isOther = false): Step {
  const history = messages.join('\n');
  // Some sub-agents begin with the conversation so far, but have a session of their own.
  const isSub = history.includes('SUBTASK') && (isOther || !history.includes(JOB));
  if (SUMMARY.test(messages.at(-1) ?? '')) return { kind: 'summary' };
  if (!isTurn) return { kind: 'title' };
  if (isSub) return seenOf('S', history) === 'result' ? { kind: 'sub-end' } : { kind: 'sub', letter: 'S' };
  for (const letter of letters) {
    const seen = seenOf(letter, history);
    if (seen !== 'result') return { kind: seen === 'call' || history.includes(WARNED) ? 'look' : 'do', letter };
  }
  return { kind: 'end' };
}

/** What its tools do. */
export interface Hands {
  readonly subject: Subject;
  /** The file of effects: as if they were outside of the machine, no power cut undoes them. */
  readonly effects: string;
}

/** The result has a word that is not in the call. */
const ran = (letter: Letter): string => `printf 'ran-%s' ${letter}`;

export function answerTo(step: Step, { subject, effects }: Hands): Answer {
  switch (step.kind) {
    case 'title':
      return { text: 'a title' };
    case 'summary':
      return { text: `<summary>The task: ${JOB} ran-A: the first step is done.</summary>` };
    case 'end':
      return { text: FINAL };
    case 'sub-end':
      return { text: 'The part is done: ran-S' };
    case 'look':
      return subject.shell(`grep -qx ${step.letter} ${effects} || echo ${step.letter} >> ${effects}; ${ran(step.letter)}`);
    default:
      return step.letter === 'S' && step.kind === 'do' && subject.delegate
        ? subject.delegate(SUB_TASK)
        : subject.shell(`echo ${step.letter} >> ${effects}; ${ran(step.letter)}`);
  }
}
