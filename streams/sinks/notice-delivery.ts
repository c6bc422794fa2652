import {
  asyncScheduler,
  catchError,
  defaultIfEmpty,
  defer,
  exhaustMap,
  from,
  map,
  merge,
  type Observable,
  type ObservableInput,
  of,
  repeat,
  type SchedulerLike,
  startWith,
  take,
  takeWhile,
} from 'rxjs';
import type { Instant } from '../../src/core/model/facts.ts';
import type { Notice } from '../../src/core/notices/notice.ts';
import { type Delivered, delivered, dueInMs, isSettled, refused } from '../../src/core/notices/schedule.ts';
import { errorMessage } from '../../src/core/values/error-message.ts';
import { every, IDLE_MS } from '../operators/every.ts';
import { everyWhile } from '../operators/every-while.ts';

/**
 * How often the outbox is checked while something is due soon; otherwise it is checked on the idle
 * beat.
 */
const LOOK_EVERY_MS = 1000;

export interface NoticeDeliveryDeps {
  readonly channels: readonly string[];
  readonly outbox: {
    readonly notices: readonly Notice[];
    notice(id: string): Notice | null;
    change(changes: { readonly kept: readonly Notice[]; readonly dropped: readonly string[] }): void;
  };
  now(): Instant;
  /** 0 ≤ jitter < 1. */
  jitter(): number;
  /** Sends a notice to one channel, once. */
  send(channel: string, notice: Notice): ObservableInput<Delivered>;
  /** Reports what could not be delivered or stored. */
  report(problem: string): void;
  readonly scheduler?: SchedulerLike;
}

/** The outcome of sending one notice to one channel. */
export interface DeliveryResult {
  readonly notice: string;
  readonly channel: string;
  readonly became: Delivered;
}

/**
 * Sends each channel what is due there, one notice after another: at once when `changed$` signals
 * something new, else at the next look. Channels do not wait for each other, and nothing waits for
 * a channel. Never fails, never completes.
 */
export const noticeDelivery = (changed$: Observable<unknown>, deps: NoticeDeliveryDeps): Observable<DeliveryResult> => {
  const { scheduler = asyncScheduler } = deps;
  const soon$ = everyWhile(() => isDueSoon(deps), LOOK_EVERY_MS, changed$, scheduler);
  const looks$ = merge(changed$, every(IDLE_MS, scheduler), soon$).pipe(startWith(null));
  return merge(...deps.channels.map((channel) => looks$.pipe(exhaustMap(() => allThatIsDue(channel, deps)))));
};

/** Repeats until nothing is due any more: a failed notice is not due again at once. */
const allThatIsDue = (channel: string, deps: NoticeDeliveryDeps): Observable<DeliveryResult> =>
  defer(() => {
    const notice = firstDue(channel, deps);
    return notice === null ? of(null) : sendOnce(channel, notice, deps);
  }).pipe(
    repeat(),
    takeWhile((result) => result !== null),
  );

/** Whether anything is due before the next idle beat. */
const isDueSoon = ({ outbox, channels, now }: NoticeDeliveryDeps): boolean =>
  outbox.notices.some((notice) => channels.some((channel) => (dueInMs(notice, channel, now()) ?? Number.POSITIVE_INFINITY) <= IDLE_MS));

/** The oldest due notice. */
const firstDue = (channel: string, { outbox, now }: NoticeDeliveryDeps): Notice | null =>
  outbox.notices.find((notice) => dueInMs(notice, channel, now()) === 0) ?? null;

const sendOnce = (channel: string, sent: Notice, deps: NoticeDeliveryDeps): Observable<DeliveryResult> =>
  defer(() => from(deps.send(channel, sent))).pipe(
    take(1),
    catchError((error: unknown) => of(refused(words(error), true))),
    defaultIfEmpty(refused('its outcome is unknown', true)),
    map((became) => {
      recordDelivery(channel, sent, became, deps);
      if (became.kind === 'refused') deps.report(`notice ${sent.id} could not be sent to ${channel}: ${became.because}`);
      return { notice: sent.id, channel, became };
    }),
  );

/**
 * The notice may have changed, or been removed, since it was sent. If this can't be stored, it is
 * sent once more after a restart.
 */
function recordDelivery(
  channel: string,
  sent: Notice,
  became: Delivered,
  { outbox, channels, now, jitter, report }: NoticeDeliveryDeps,
): void {
  const notice = outbox.notice(sent.id);
  if (notice === null) return;
  const at = now();
  const after = delivered(notice, channel, sent, became, at, jitter());
  try {
    outbox.change(isSettled(after, channels, at) ? { kept: [], dropped: [after.id] } : { kept: [after], dropped: [] });
  } catch (error) {
    report(`the delivery of notice ${sent.id} could not be recorded: ${words(error)}`);
  }
}

const words = (error: unknown): string => errorMessage(error);
