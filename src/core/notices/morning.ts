import { type Daily, lastUntil, nextAfter, onDay } from '../hours/daily.ts';
import type { Instant } from '../model/facts.ts';
import { fingerprint } from '../values/fingerprint.ts';
import { truncate } from '../values/truncate.ts';
import { isReport, type Notice, REPORT } from './notice.ts';

/** What a report says on the channels. */
export interface Digest {
  /** Nothing ran: nothing is sent. */
  readonly isQuiet: boolean;
  readonly subject: string;
  readonly sentence: string;
  readonly lines: readonly string[];
}

/**
 * What is to be done about the report of the morning. `begin`: nothing is known of earlier days, so
 * the report of this one counts as sent.
 */
export type DueReport =
  | { readonly kind: 'begin'; readonly day: string }
  | { readonly kind: 'send'; readonly day: string; readonly sinceWall: number }
  | { readonly kind: 'wait'; readonly untilWall: number };

const MAX_SINCE_MS = 31 * 86_400_000;
const MAX_LINES = 20;
const MAX_LENGTH = 200;
const MAX_SENTENCE_LENGTH = 1000;

/** `last` is the day of the last report, or null if there was none. */
export function dueReport(daily: Daily, last: string | null, nowWall: number): DueReport {
  const latest = lastUntil(daily, nowWall);
  const next = nextAfter(daily, nowWall);
  // The clock was ahead by days when the last one was sent: from now on the days count again.
  if (last === null || last > next.day) return { kind: 'begin', day: latest.day };
  if (last >= latest.day) return { kind: 'wait', untilWall: next.wall };
  return { kind: 'send', day: latest.day, sinceWall: Math.max(onDay(daily, last).wall, nowWall - MAX_SINCE_MS) };
}

/** The day of the last report, or null if there was none. */
export function lastReportDay(notices: readonly Notice[]): string | null {
  const days = notices.filter(isReport).map(({ cause }) => cause.slice(REPORT.length));
  return days.toSorted().at(-1) ?? null;
}

/**
 * A report as a notice: it goes through the same outbox, once to each channel and without
 * reminders, and stays there until the next one, so that its day is remembered. Without a digest,
 * or with a quiet one, nothing is sent. It is over from the beginning: nobody has to acknowledge
 * it.
 */
export function reportNotice(day: string, digest: Digest | null, at: Instant): Notice {
  const said = digest === null || digest.isQuiet ? null : digest;
  return {
    id: fingerprint(`${REPORT}${day}`),
    cause: `${REPORT}${day}`,
    runs: [],
    subject: truncate(said?.subject ?? '', MAX_LENGTH),
    sentence: truncate(said?.sentence ?? '', MAX_SENTENCE_LENGTH),
    sinceWall: at.wall,
    tried: [],
    lastLines: (said?.lines ?? []).slice(0, MAX_LINES).map((line) => truncate(line, MAX_LENGTH)),
    commands: said === null ? [] : ['dogwatch report'],
    state: 'cleared',
    stateAt: at,
    over: null,
    deliveries: {},
  };
}
