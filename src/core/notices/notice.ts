import { type Cause, causeAt, isOfHost, key } from '../model/cause.ts';
import type { Instant } from '../model/facts.ts';
import { fingerprint } from '../values/fingerprint.ts';
import { truncate } from '../values/truncate.ts';
import type { Delivery } from './schedule.ts';

/** What a person has to hear of. One a cause: what follows from the cause is told with it. */
export interface Notice {
  /** Stable: a receiver knows a notice, and drops a double, by it. */
  readonly id: string;
  /** The key of its cause: the same text for everything that comes from it. */
  readonly cause: string;
  /** Those that are concerned, the one that was first in front; none: it is about the machine. */
  readonly runs: readonly NoticeRun[];
  /** What is wrong, in a few words. */
  readonly subject: string;
  /** What is wrong, in a sentence. */
  readonly sentence: string;
  /** ms since the epoch. */
  readonly sinceWall: number;
  /** What was done about it. */
  readonly tried: readonly string[];
  /** The end of the log of the first run. */
  readonly lastLines: readonly string[];
  /** What to type next. */
  readonly commands: readonly string[];
  readonly state: 'open' | 'acked' | 'cleared';
  /** When it came into this state. */
  readonly stateAt: Instant;
  /** Why it is over; null: it is not. */
  readonly over: string | null;
  /** By the name of the channel: what was told there, and when that is tried again. */
  readonly deliveries: Readonly<Record<string, Delivery>>;
}

export interface NoticeRun {
  readonly id: string;
  readonly name: string;
}

/** A notice before anybody was told. */
export interface NoticeDraft extends Pick<Notice, 'runs' | 'subject' | 'sentence' | 'tried' | 'lastLines' | 'commands'> {
  readonly cause: Cause;
}

/** What is new among the notices, and the ids of those that go. */
export interface NoticeChanges {
  readonly kept: readonly Notice[];
  readonly dropped: readonly string[];
}

/** What a notice holds at most, so that it fits into any message: lines, and characters of each. */
const MAX_LINES = 20;
const MAX_TRIED = 10;
const MAX_COMMANDS = 5;
const MAX_LENGTH = 200;
const MAX_SENTENCE_LENGTH = 1000;
/** A notice of more runs than this names the first ones. */
const MAX_RUNS = 1000;
/** Notices that are kept; above it the oldest of those that are over are given up. */
export const MAX_NOTICES = 1000;

/** A notice that nobody has heard of. Its id is that of the cause and the time; `number` tells it from others of the same moment. */
export function openNotice(news: NoticeDraft, at: Instant, number = 0): Notice {
  const cause = key(news.cause);
  const id = fingerprint(`${at.wall} ${number} ${cause}`);
  return { ...fitting(news), cause, id, sinceWall: at.wall, state: 'open', stateAt: at, over: null, deliveries: {} };
}

/** More of the same cause: other runs join; of those that are known already the newest words count. Whoever acknowledged it is not told again. */
export function mergeInto(notice: Notice, news: NoticeDraft): Notice {
  const joining = news.runs.filter(({ id }) => !notice.runs.some((known) => known.id === id));
  if (joining.length > 0) return { ...notice, runs: [...notice.runs, ...joining].slice(0, MAX_RUNS) };
  const { runs, ...words } = fitting(news);
  return { ...notice, ...words };
}

/** A person knows of it: nothing more is sent but the all-clear. */
export const ack = (notice: Notice, at: Instant): Notice => (notice.state === 'open' ? { ...notice, state: 'acked', stateAt: at } : notice);

/** Who acknowledged it has to hear of it again: all channels are told now. */
export const reopen = (notice: Notice, at: Instant): Notice =>
  notice.state === 'acked' ? { ...notice, state: 'open', stateAt: at, deliveries: dueNow(notice) } : notice;

/** The cause is gone: each channel is told so, once. */
export function clear(notice: Notice, over: string, at: Instant): Notice {
  if (notice.state === 'cleared') return notice;
  return { ...notice, state: 'cleared', stateAt: at, over: truncate(over, MAX_SENTENCE_LENGTH), deliveries: dueNow(notice) };
}

const dueNow = ({ deliveries }: Notice): Notice['deliveries'] =>
  Object.fromEntries(Object.entries(deliveries).map(([channel, delivery]) => [channel, { ...delivery, failures: 0, waitMs: 0 }]));

/** The notice of this news among those that are known: joined to the one of its cause, or a new one; and what else has to go for it. */
export function opened(notices: readonly Notice[], news: NoticeDraft, at: Instant): NoticeChanges {
  const known = notices.find(({ cause, state }) => cause === key(news.cause) && state !== 'cleared');
  if (known !== undefined) return { kept: [mergeInto(known, news)], dropped: [] };
  const tooMany = Math.max(0, notices.length + 1 - MAX_NOTICES);
  const over = notices.filter(({ state }) => state === 'cleared');
  return { kept: [fresh(notices, news, at)], dropped: over.slice(0, tooMany).map(({ id }) => id) };
}

export const acknowledgedInWords = (subjects: readonly string[]): string => `acknowledged: ${subjects.join('; ')}`;

/** What becomes of the open notices that concern a run when a person acknowledges them; none: there is nothing to acknowledge. */
export const acknowledged = (notices: readonly Notice[], run: string, at: Instant): readonly Notice[] =>
  notices.filter(({ state, runs }) => state === 'open' && runs.some(({ id }) => id === run)).map((notice) => ack(notice, at));

/** What becomes of the open notices about the machine when a person acknowledges them; none: there is nothing to acknowledge. */
export const acknowledgedOfHost = (notices: readonly Notice[], at: Instant): readonly Notice[] =>
  notices.filter(({ state, cause }) => state === 'open' && isOfHost(causeAt(cause))).map((notice) => ack(notice, at));

/** What becomes of the notices whose cause is gone; none: nobody was told of it. */
export const clearedOf = (notices: readonly Notice[], isOver: (notice: Notice) => boolean, over: string, at: Instant): readonly Notice[] =>
  notices.filter((notice) => notice.state !== 'cleared' && isOver(notice)).map((notice) => clear(notice, over, at));

/** One that was just over, or a clock that was set back, may have used the id. */
function fresh(notices: readonly Notice[], news: NoticeDraft, at: Instant): Notice {
  for (let number = 0; ; number++) {
    const notice = openNotice(news, at, number);
    if (!notices.some(({ id }) => id === notice.id)) return notice;
  }
}

const fitting = (news: NoticeDraft): Omit<NoticeDraft, 'cause'> => ({
  runs: news.runs.slice(0, MAX_RUNS),
  subject: truncate(news.subject, MAX_LENGTH),
  sentence: truncate(news.sentence, MAX_SENTENCE_LENGTH),
  tried: news.tried.slice(0, MAX_TRIED).map((line) => truncate(line, MAX_LENGTH)),
  lastLines: news.lastLines.slice(-MAX_LINES).map((line) => truncate(line, MAX_LENGTH)),
  commands: news.commands.slice(0, MAX_COMMANDS).map((line) => truncate(line, MAX_LENGTH)),
});
