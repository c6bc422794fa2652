import type { Turn } from './turn.ts';

/** One who resumes a turn whenever it dies. */
export interface Contestant {
  readonly name: string;
  readonly turn: Turn;
  /** Before each death. */
  readonly prepare: () => Promise<unknown>;
  readonly close: () => Promise<unknown>;
}
