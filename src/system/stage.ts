import { channel } from 'node:diagnostics_channel';

/**
 * The stages between the death of an attempt and the start of the next one, in their order. Each is
 * named for what has just been done.
 */
export const STAGES = ['woken', 'status', 'survivors', 'decided', 'recorded', 'strays', 'prepared', 'spawned', 'claimed'] as const;

export type Stage = (typeof STAGES)[number];

/** Published for each stage, if something listens. */
export interface StageReached {
  readonly stage: Stage;
  /** ms since the epoch, with fractions. */
  readonly at: number;
}

const STAGE_CHANNEL = 'dogwatch:stage';
const reached = channel(STAGE_CHANNEL);

/** Takes the time of a stage for whoever measures deaths; costs nothing if nobody does. */
export function stage(stage: Stage): void {
  if (reached.hasSubscribers) reached.publish({ stage, at: performance.timeOrigin + performance.now() } satisfies StageReached);
}
