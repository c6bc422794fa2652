import { judged, mayBeFollowed } from '../../../../src/core/fleet/command.ts';
import { outboxStep } from '../../../../src/core/fleet/outbox.ts';
import type { Message } from './queue.ts';

/** What the world of commands is about; a planted bug has another of them. */
export const LAWS = {
  outbox: outboxStep,
  judged,
  mayBeFollowed,
  /** Whether a command is judged once more right before it is followed. */
  judgesAgain: true,
  /** Whether a command is kept on disk before the engine may forget it. */
  keepsFirst: true,
  /** Since when a command ages. */
  since: ({ signedMs }: Message): number => signedMs,
};

export type Laws = typeof LAWS;
