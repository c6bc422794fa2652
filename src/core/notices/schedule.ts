import type { Instant } from '../model/facts.ts';
import { backoff } from '../values/backoff.ts';
import type { Notice } from './notice.ts';

/** What a channel was told of a notice, and when it is told the next time. */
export interface Delivery {
  /** How often it accepted the notice. */
  readonly accepted: number;
  /** It accepted the all-clear. */
  readonly cleared: boolean;
  /** Failures in a row. */
  readonly failures: number;
  /** Why it failed the last time; null: it did not. */
  readonly problem: string | null;
  /** The last try. */
  readonly at: Instant;
  /** How long after it the next one is due, ms. */
  readonly waitMs: number;
}

/** What became of one try. `isRetryable`: it may go better in a moment; else somebody has to change something first. */
export type Delivered =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly because: string; readonly isRetryable: boolean };

export const refused = (because: string, isRetryable: boolean): Delivered => ({ kind: 'refused', because, isRetryable });

const RETRY_MIN_MS = 10_000;
const RETRY_MAX_MS = 600_000;
const REPEAT_MIN_MS = 3_600_000;
const REPEAT_MAX_MS = 24 * 3_600_000;
/** Jitter makes a wait longer by this share at most. */
const JITTER_SHARE = 0.2;
/** An all-clear that no channel takes is given up after this. */
const CLEARED_KEPT_MS = 24 * 3_600_000;

/** In how many ms a channel is to be told of a notice; 0: now; null: never, as things are. */
export function dueInMs(notice: Notice, channel: string, at: Instant): number | null {
  const delivery = notice.deliveries[channel];
  if (notice.state === 'acked' || (notice.state === 'cleared' && delivery?.cleared === true)) return null;
  return delivery === undefined ? 0 : Math.max(0, delivery.waitMs - sinceMs(delivery.at, at));
}

/** The notice after a channel was tried. `sent` is the notice as it was when it went out: it may have changed meanwhile. 0 ≤ jitter < 1. */
export function delivered(now: Notice, channel: string, sent: Notice, became: Delivered, at: Instant, jitter: number): Notice {
  const before = now.deliveries[channel] ?? { accepted: 0, cleared: false, failures: 0 };
  const isAllClear = sent.state === 'cleared';
  // What was sent is not what is to be told any more: that is due now.
  const isOutdated = now.state === 'cleared' && !isAllClear;
  const spread = 1 + JITTER_SHARE * jitter;
  const base = { ...before, at };
  const after: Delivery =
    became.kind === 'accepted'
      ? {
          ...base,
          accepted: before.accepted + (isAllClear ? 0 : 1),
          cleared: isAllClear,
          failures: 0,
          problem: null,
          waitMs: isOutdated ? 0 : backoff(REPEAT_MIN_MS, REPEAT_MAX_MS, before.accepted) * spread,
        }
      : {
          ...base,
          failures: before.failures + 1,
          problem: became.because,
          waitMs: isOutdated ? 0 : retryMs(became.isRetryable, before.failures) * spread,
        };
  return { ...now, deliveries: { ...now.deliveries, [channel]: after } };
}

/** Nothing is left to be told: every channel knows that it is over, or it has been over for so long that it is no news. */
export const isSettled = (notice: Notice, channels: readonly string[], at: Instant): boolean =>
  notice.state === 'cleared' &&
  (channels.every((channel) => notice.deliveries[channel]?.cleared === true) || sinceMs(notice.stateAt, at) >= CLEARED_KEPT_MS);

/** Names one thing to tell to one channel: the same for all tries of it, another for each reminder and for the all-clear. */
export const deliveryKey = ({ id, state, deliveries }: Notice, channel: string): string =>
  `${id}-${state === 'cleared' ? 'over' : (deliveries[channel]?.accepted ?? 0) + 1}`;

const retryMs = (isRetryable: boolean, failures: number): number =>
  isRetryable ? backoff(RETRY_MIN_MS, RETRY_MAX_MS, failures) : REPEAT_MIN_MS;

/**
 * Time since, over restarts and reboots. The monotonic clock begins again with each boot: it never counts too much, and so a wall clock
 * that was set back delays nothing for longer than the wait; one that was set forward makes a reminder early.
 */
function sinceMs(then: Instant, at: Instant): number {
  const mono = at.mono >= then.mono ? at.mono - then.mono : at.mono;
  return Math.max(mono, at.wall - then.wall);
}
