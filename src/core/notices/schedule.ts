import type { Instant } from '../model/facts.ts';
import { backoff } from '../values/backoff.ts';
import { type Delivery, isReport, isSilent, type Notice } from './notice.ts';

/**
 * The result of one try. `isRetryable`: a retry may succeed; otherwise a person must change
 * something first.
 */
export type Delivered =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly because: string; readonly isRetryable: boolean };

export const refused = (because: string, isRetryable: boolean): Delivered => ({ kind: 'refused', because, isRetryable });

const RETRY_MIN_MS = 10_000;
const RETRY_MAX_MS = 600_000;
const REPEAT_MIN_MS = 3_600_000;
const REPEAT_MAX_MS = 24 * 3_600_000;
/** Jitter lengthens a wait by at most this share. */
const JITTER_SHARE = 0.2;
/** An all-clear that no channel accepts is given up after this. */
const CLEARED_KEPT_MS = 24 * 3_600_000;

/** The ms until a channel's next delivery of a notice: 0 is now, null is never, as things are. */
export function dueInMs(notice: Notice, channel: string, at: Instant): number | null {
  const delivery = notice.deliveries[channel];
  if (notice.state === 'acked' || (notice.state === 'cleared' && delivery?.cleared === true)) return null;
  // A report that no channel accepted for a day is outdated.
  if (isSilent(notice) || (isReport(notice) && sinceMs(notice.stateAt, at) >= CLEARED_KEPT_MS)) return null;
  return delivery === undefined ? 0 : Math.max(0, delivery.waitMs - sinceMs(delivery.at, at));
}

/**
 * The notice after a try on a channel. `sent` is the notice as it was when it was sent: it may have
 * changed meanwhile. 0 ≤ jitter < 1.
 */
export function delivered(now: Notice, channel: string, sent: Notice, became: Delivered, at: Instant, jitter: number): Notice {
  const before = now.deliveries[channel] ?? { accepted: 0, cleared: false, failures: 0 };
  const isAllClear = sent.state === 'cleared';
  // What was sent is outdated, so the next delivery is due now.
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

/**
 * Nothing is left to deliver: every channel knows that it is over, or it has been over for too long
 * to matter. A report stays, so that its day is remembered.
 */
export const isSettled = (notice: Notice, channels: readonly string[], at: Instant): boolean =>
  notice.state === 'cleared' &&
  !isReport(notice) &&
  (channels.every((channel) => notice.deliveries[channel]?.cleared === true) || sinceMs(notice.stateAt, at) >= CLEARED_KEPT_MS);

/**
 * Identifies one delivery to one channel: the same for all its tries, different for each reminder
 * and for the all-clear.
 */
export const deliveryKey = ({ id, state, deliveries }: Notice, channel: string): string =>
  `${id}-${state === 'cleared' ? 'over' : (deliveries[channel]?.accepted ?? 0) + 1}`;

const retryMs = (isRetryable: boolean, failures: number): number =>
  isRetryable ? backoff(RETRY_MIN_MS, RETRY_MAX_MS, failures) : REPEAT_MIN_MS;

/**
 * Time since, across restarts and reboots. The monotonic clock restarts with each boot and so never
 * counts too much: a wall clock that was set back delays nothing for longer than the wait, and one
 * that was set forward makes a reminder early.
 */
function sinceMs(then: Instant, at: Instant): number {
  const mono = at.mono >= then.mono ? at.mono - then.mono : at.mono;
  return Math.max(mono, at.wall - then.wall);
}
