import type { Turn } from './turn.ts';

/** A program that resumes a turn whenever it dies. */
export interface Contestant {
  readonly name: string;
  readonly turn: Turn;
  /** Called before each death. */
  readonly prepare: () => Promise<unknown>;
  readonly close: () => Promise<unknown>;
}
