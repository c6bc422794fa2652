import type { Exit } from '../values/exit.ts';
import type { ProcessIdentity } from './facts.ts';
import type { Rest } from './rest.ts';

/** Attempts up to `highest` were begun, as their directories show or the last picture of the runs does; the rest is of that one. */
export interface AttemptsFound {
  readonly kind: 'attempts.found';
  readonly run: string;
  readonly highest: number;
  readonly shim: ProcessIdentity | null;
  readonly agent: ProcessIdentity | null;
  readonly alive: boolean;
  readonly exit: Exit | null;
  /** Null: not in this boot. */
  readonly startedMono: number | null;
  /** Its files say that it did not go on by itself any more, which the state does not know; null or left out: they don't. */
  readonly rest?: Rest | null;
}
