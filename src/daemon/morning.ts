import type { Daily } from '../core/hours/daily.ts';
import type { Instant } from '../core/model/facts.ts';
import { type Digest, dueReport, lastReportDay, reportNotice } from '../core/notices/morning.ts';
import { isReport, type Notice, type NoticeChanges } from '../core/notices/notice.ts';
import { errorMessage } from '../core/values/error-message.ts';

export interface MorningDeps {
  readonly daily: Daily;
  readonly outbox: { readonly notices: readonly Notice[]; change(changes: NoticeChanges): void };
  now(): Instant;
  /** Makes the report of what happened since then. */
  make(sinceWall: number): Promise<Digest>;
  /** Writes to the watchdog's log. */
  report(words: string): void;
}

const RETRY_MS = 600_000;
const MOST_FAILURES = 6;

/**
 * Sends the report of the morning once a day. What it returns is called on the idle beat, and only
 * compares two numbers until a report is due. It never rejects.
 */
export function morningReports({ daily, outbox, now, make, report }: MorningDeps): () => Promise<void> {
  let untilWall = Number.NEGATIVE_INFINITY;
  let seenWall = Number.NEGATIVE_INFINITY;
  let failures = 0;

  const keep = (day: string, digest: Digest | null): void => {
    const kept = reportNotice(day, digest, now());
    const dropped = outbox.notices.filter((notice) => isReport(notice) && notice.id !== kept.id).map(({ id }) => id);
    outbox.change({ kept: [kept], dropped });
  };

  /** Returns until when nothing is due. */
  const look = async (nowWall: number): Promise<number> => {
    const due = dueReport(daily, lastReportDay(outbox.notices), nowWall);
    if (due.kind === 'wait') return due.untilWall;
    if (due.kind === 'begin') keep(due.day, null);
    else {
      const digest = await made(due.day, due.sinceWall);
      if (digest === null && failures < MOST_FAILURES) return nowWall + RETRY_MS;
      failures = 0;
      if (digest?.isQuiet === true) report(`${digest.sentence} No report is sent.`);
      keep(due.day, digest);
    }
    return nowWall;
  };

  const made = async (day: string, sinceWall: number): Promise<Digest | null> => {
    try {
      return await make(sinceWall);
    } catch (error) {
      failures += 1;
      const next = failures < MOST_FAILURES ? 'it is tried again in 10 minutes' : 'it is given up';
      report(`the report for ${day} could not be made, ${next}: ${errorMessage(error)}`);
      return null;
    }
  };

  return async () => {
    const nowWall = now().wall;
    const isSetBack = nowWall < seenWall;
    seenWall = nowWall;
    if (nowWall < untilWall && !isSetBack) return;
    try {
      untilWall = await look(nowWall);
    } catch (error) {
      untilWall = nowWall + RETRY_MS;
      report(`the report could not be recorded: ${errorMessage(error)}`);
    }
  };
}
