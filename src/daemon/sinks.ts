import {
  catchError,
  defer,
  distinctUntilChanged,
  EMPTY,
  exhaustMap,
  filter,
  finalize,
  from,
  ignoreElements,
  map,
  merge,
  mergeMap,
  type Observable,
  tap,
  timer,
} from 'rxjs';
import { every, IDLE_MS } from '../../streams/operators/every.ts';
import { deadMansSwitch } from '../../streams/sinks/heartbeat.ts';
import { engineEvents } from '../../streams/sinks/image-ledger.ts';
import { noticeDelivery } from '../../streams/sinks/notice-delivery.ts';
import { serviceNotices } from '../../streams/sinks/service-status.ts';
import type { EffectiveDecision } from '../core/decision.ts';
import { isReport } from '../core/notices/notice.ts';
import { statusLine } from '../core/report/status-line.ts';
import { onlyVitalsChanged } from '../core/run/volatile.ts';
import { errorMessage } from '../core/values/error-message.ts';
import type { World } from '../core/world.ts';
import { ping } from '../system/notify/ping.ts';
import { instant } from '../system/process/clock.ts';
import type { hostOf } from './host.ts';
import type { noticeOutbox } from './notices.ts';
import type { Watch } from './options.ts';

const HEARTBEAT_MS = 60_000;
const LOGS_FIRST_MS = 60_000;
const LOGS_EVERY_MS = 3_600_000;
/** The greatest age of the snapshot that is left when the database can't be read. */
const PICTURE_MS = 10_000;
/** A disk may fill up soon after the start: by then there has to be a first picture. */
const FIRST_PICTURE_MS = 1000;

/**
 * Removes old logs even if space is not short: some time after the start, and then once an hour.
 */
export const oldLogs = ({ hourly }: ReturnType<typeof hostOf>, { report }: Watch): Observable<never> =>
  timer(LOGS_FIRST_MS, LOGS_EVERY_MS).pipe(
    exhaustMap(hourly),
    tap((words) => words !== null && report(words)),
    ignoreElements(),
  );

/** Delivers to each channel what is due there. */
export const deliveries = (
  { outbox, woken$, ...notifier }: ReturnType<typeof noticeOutbox>,
  said$: Observable<unknown>,
  { report }: Watch,
): Observable<never> =>
  noticeDelivery(merge(said$, woken$).pipe(filter(() => outbox.notices.length > 0)), {
    ...notifier,
    outbox,
    now: instant,
    jitter: Math.random,
    report,
  }).pipe(ignoreElements());

/** Sends the report of the morning at its time, if the operator wants it. */
export function mornings({ outbox }: ReturnType<typeof noticeOutbox>, { layout, settings, report }: Watch): Observable<never> {
  const { report: daily } = settings;
  if (daily === null) {
    // The day of the last one was remembered: it is of no use any more.
    const dropped = outbox.notices.filter(isReport).map(({ id }) => id);
    return defer(() => {
      outbox.change({ kept: [], dropped });
      return EMPTY;
    });
  }
  // Loaded only if it is used.
  return from(Promise.all([import('./morning.ts'), import('./report-process.ts')])).pipe(
    mergeMap(([{ morningReports }, { morningReport }]) => {
      const ending = new AbortController();
      const make = (sinceWall: number) => morningReport(layout, daily.zone, sinceWall, ending.signal);
      // One that is being made when the watchdog ends is no failure.
      const say = (words: string) => (ending.signal.aborted ? undefined : report(words));
      const look = morningReports({ daily, outbox, now: instant, make, report: say });
      return every(IDLE_MS).pipe(
        exhaustMap(look),
        finalize(() => ending.abort()),
      );
    }),
    ignoreElements(),
  );
}

/** Sends each decision that changed something to the operator's receiver of events. */
export function events(said$: Observable<EffectiveDecision>, { layout, settings, report }: Watch): Observable<never> {
  const { channel } = settings.onEvent;
  if (channel === null) return EMPTY;
  // Loaded only if it is used.
  return from(Promise.all([import('../events/feed.ts'), import('../system/notify/send.ts')])).pipe(
    mergeMap(([{ EventFeed }, { sendDocument }]) => {
      const feed = new EventFeed({
        layout,
        receiver: channel.name,
        send: (document) => sendDocument(channel, document, document.id),
        report,
        environment: process.env,
        jitter: Math.random,
      });
      feed.wake();
      return said$.pipe(
        filter(({ material }) => material),
        tap(() => feed.wake()),
        finalize(() => feed.close()),
      );
    }),
    ignoreElements(),
    // Whatever is wrong with it must not end the watchdog.
    catchError((error: unknown) => {
      report(`events are not sent: ${errorMessage(error)}`);
      return EMPTY;
    }),
  );
}

/** Shows the runs to the other hosts of the fleet, and hears of those. */
export function fleet(
  said$: Observable<EffectiveDecision>,
  watch: Watch,
  world: World,
  notices: ReturnType<typeof noticeOutbox>,
): Observable<never> {
  if (watch.settings.fleetUrls.length === 0) return EMPTY;
  // Loaded only if it is used.
  return from(import('./fleet.ts')).pipe(
    mergeMap(({ fleetSide }) => fleetSide({ watch, world, notices, said$ })),
    catchError((error: unknown) => {
      watch.report(`this host takes no part in its fleet: ${errorMessage(error)}`);
      return EMPTY;
    }),
  );
}

/**
 * Disks are sampled all the time, so the external alarm stays quiet as long as anything is decided.
 */
export const heartbeat = (said$: Observable<unknown>, { settings, report }: Watch): Observable<never> => {
  const { target } = settings.heartbeat;
  return target === null ? EMPTY : deadMansSwitch(said$, () => ping(target), HEARTBEAT_MS, report);
};

export const service = (said$: Observable<unknown>, { manager, report }: Watch, world: World): Observable<never> =>
  manager === null ? EMPTY : serviceNotices(said$, { ...manager, status: () => statusLine(world.runs, world.host.pressure), report });

/** Records the uses of images in the ledger as they happen. */
export const images = ({ engines, note, isFine }: ReturnType<typeof hostOf>, { report }: Watch): Observable<never> => {
  const tell = (problem: string, failure: { readonly isAbsent?: true }) => (isFine(failure) ? undefined : report(problem));
  return merge(...engines.map((engine) => engineEvents({ ...engine, report: tell }))).pipe(
    map(({ engine, endpoint, event }) => note(engine, endpoint, event)),
    tap((problem) => problem !== null && report(problem)),
    ignoreElements(),
  );
};

export const pictures = ({ picture }: Watch, world: World): Observable<never> =>
  merge(timer(FIRST_PICTURE_MS), every(PICTURE_MS)).pipe(
    map(() => world.runs),
    distinctUntilChanged(
      (before, now) =>
        before.length === now.length && before.every((run, index) => run === now[index] || onlyVitalsChanged(run, now[index]!)),
    ),
    tap(picture),
    ignoreElements(),
  );
