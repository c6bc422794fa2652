import type { Answer, Asking } from './ask.ts';

/** What an agent's process reports about questions, and what the operator says to them. */
export type AskFact =
  /** The agent waits for an answer under the name of this request. */
  | {
      readonly kind: 'agent.asked';
      readonly run: string;
      readonly request: string;
      readonly attempt: number;
      readonly genuine: boolean;
      readonly ask: Asking;
    }
  /** The process that waits under the name of the request `ask` takes the answer. */
  | {
      readonly kind: 'answer.taken';
      readonly run: string;
      readonly request: string;
      readonly attempt: number;
      readonly genuine: boolean;
      readonly ask: string;
    };

/** `number` is null for the only open question. `always`: the same question gets it from now on. */
export interface AnswerCommand {
  readonly kind: 'answer';
  readonly number: number | null;
  readonly says: Answer['says'];
  readonly text: string;
  readonly always: boolean;
}
