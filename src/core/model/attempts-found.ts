import type { Exit } from '../values/exit.ts';
import type { ProcessIdentity } from '../values/process-identity.ts';

/**
 * Attempts up to `highest` were begun, according to their directories or the last snapshot of the
 * runs. The rest describes that attempt.
 */
export interface AttemptsFound {
  readonly kind: 'attempts.found';
  readonly run: string;
  readonly highest: number;
  readonly shim: ProcessIdentity | null;
  readonly agent: ProcessIdentity | null;
  readonly alive: boolean;
  readonly exit: Exit | null;
  /** Null if not in this boot. */
  readonly startedMono: number | null;
  /**
   * Its files say that it no longer goes on by itself, which the state does not know. Null or
   * absent if they do not.
   */
  readonly rest?: Rest | null;
}

/**
 * Why a run does not go on by itself: it has ended, or it waits for someone other than the
 * watchdog.
 */
export const RESTS = ['complete', 'stopped', 'failed', 'paused', 'escalated', 'handed-off'] as const;
export type Rest = (typeof RESTS)[number];
