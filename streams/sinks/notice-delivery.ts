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

/** How often the outbox is looked into while something is due soon; else it is on the idle beat. */
const LOOK_EVERY_MS = 1000;

export interface NoticeDeliveryDeps {
  /** Names of the channels. */
  readonly channels: readonly string[];
  readonly outbox: {
    readonly notices: readonly Notice[];
    notice(id: string): Notice | null;
    change(changes: { readonly kept: readonly Notice[]; readonly dropped: readonly string[] }): void;
  };
  now(): Instant;
  /** 0 ≤ jitter < 1. */
  jitter(): number;
  /** Tells one channel, once. */
  send(channel: string, notice: Notice): ObservableInput<Delivered>;
  /** What could not be delivered or written down. */
  report(problem: string): void;
  readonly scheduler?: SchedulerLike;
}

/** What became of telling one channel of one notice. */
export interface Told {
  readonly notice: string;
  readonly channel: string;
  readonly became: Delivered;
}

/**
 * Tells each channel what is due there, one notice after the other: at once when `changed$` says that there is something new, else at the
 * next look. No channel waits for another one, and nobody waits for a channel. It goes on whatever happens, for ever.
 */
export const noticeDelivery = (changed$: Observable<unknown>, deps: NoticeDeliveryDeps): Observable<Told> => {
  const { scheduler = asyncScheduler } = deps;
  const soon$ = everyWhile(() => isDueSoon(deps), LOOK_EVERY_MS, changed$, scheduler);
  const looks$ = merge(changed$, every(IDLE_MS, scheduler), soon$).pipe(startWith(null));
  return merge(...deps.channels.map((channel) => looks$.pipe(exhaustMap(() => allThatIsDue(channel, deps)))));
};

/** Until nothing is due any more: what failed is not due again at once. */
const allThatIsDue = (channel: string, deps: NoticeDeliveryDeps): Observable<Told> =>
  defer(() => {
    const notice = firstDue(channel, deps);
    return notice === null ? of(null) : tellOnce(channel, notice, deps);
  }).pipe(
    repeat(),
    takeWhile((told) => told !== null),
  );

/** Before the next idle beat. */
const isDueSoon = ({ outbox, channels, now }: NoticeDeliveryDeps): boolean =>
  outbox.notices.some((notice) => channels.some((channel) => (dueInMs(notice, channel, now()) ?? Number.POSITIVE_INFINITY) <= IDLE_MS));

/** The oldest that is due. */
const firstDue = (channel: string, { outbox, now }: NoticeDeliveryDeps): Notice | null =>
  outbox.notices.find((notice) => dueInMs(notice, channel, now()) === 0) ?? null;

const tellOnce = (channel: string, sent: Notice, deps: NoticeDeliveryDeps): Observable<Told> =>
  defer(() => from(deps.send(channel, sent))).pipe(
    take(1),
    catchError((error: unknown) => of(refused(words(error), true))),
    defaultIfEmpty(refused('nobody knows what became of it', true)),
    map((became) => {
      writeDown(channel, sent, became, deps);
      if (became.kind === 'refused') deps.report(`${channel} could not be told of notice ${sent.id}: ${became.because}`);
      return { notice: sent.id, channel, became };
    }),
  );

/** The notice may have changed, or gone, since it was sent. What can't be written down is told once more after a restart. */
function writeDown(channel: string, sent: Notice, became: Delivered, { outbox, channels, now, jitter, report }: NoticeDeliveryDeps): void {
  const notice = outbox.notice(sent.id);
  if (notice === null) return;
  const at = now();
  const after = delivered(notice, channel, sent, became, at, jitter());
  try {
    outbox.change(isSettled(after, channels, at) ? { kept: [], dropped: [after.id] } : { kept: [after], dropped: [] });
  } catch (error) {
    report(`what was told of notice ${sent.id} could not be written down: ${words(error)}`);
  }
}

const words = (error: unknown): string => errorMessage(error);
