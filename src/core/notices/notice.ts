import { type Cause, causeAt, isOfHost, key } from '../model/cause.ts';
import type { Instant } from '../model/facts.ts';
import { fingerprint } from '../values/fingerprint.ts';
import { truncate } from '../values/truncate.ts';

/**
 * What a person is notified of. One notice per cause: everything that follows from the cause is
 * part of it.
 */
export interface Notice {
  /** Stable: receivers identify a notice by it and drop duplicates. */
  readonly id: string;
  /** The key of its cause: the same for everything with that cause. */
  readonly cause: string;
  /** The runs concerned, the first one in front; empty if it is about the machine. */
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
  /** When it entered this state. */
  readonly stateAt: Instant;
  /** Why it is over, or null if it is not. */
  readonly over: string | null;
  /** Per channel: what was delivered, and when the next delivery is due. */
  readonly deliveries: Readonly<Record<string, Delivery>>;
}

export interface NoticeRun {
  readonly id: string;
  readonly name: string;
}

/** A notice before anybody was notified. */
export interface NoticeDraft extends Pick<Notice, 'runs' | 'subject' | 'sentence' | 'tried' | 'lastLines' | 'commands'> {
  readonly cause: Cause;
}

/** What is new among the notices, and the ids of those to remove. */
export interface NoticeChanges {
  readonly kept: readonly Notice[];
  readonly dropped: readonly string[];
}

/** These changes, one after the other, as one. */
export function together(changes: readonly NoticeChanges[]): NoticeChanges {
  const kept = new Map<string, Notice>();
  const dropped = new Set<string>();
  for (const one of changes) {
    for (const notice of one.kept) {
      kept.set(notice.id, notice);
      dropped.delete(notice.id);
    }
    for (const id of one.dropped) {
      kept.delete(id);
      dropped.add(id);
    }
  }
  return { kept: [...kept.values()], dropped: [...dropped] };
}

/** The notices after these changes, oldest first. */
export function changedBy(notices: readonly Notice[], { kept, dropped }: NoticeChanges): readonly Notice[] {
  if (kept.length + dropped.length === 0) return notices;
  const all = new Map(notices.map((notice) => [notice.id, notice]));
  for (const notice of kept) all.set(notice.id, notice);
  for (const id of dropped) all.delete(id);
  return [...all.values()];
}

/**
 * The maximum size of a notice, so that it fits into any message: lines, and characters of each.
 */
const MAX_LINES = 20;
const MAX_TRIED = 10;
const MAX_COMMANDS = 5;
const MAX_LENGTH = 200;
const MAX_SENTENCE_LENGTH = 1000;
/** A notice of more runs than this names the first ones. */
const MAX_RUNS = 1000;
/** Notices that are kept; beyond this the oldest cleared ones are removed. */
export const MAX_NOTICES = 1000;

/**
 * A notice that nobody was notified of yet. Its id derives from the cause and the time; `number`
 * distinguishes notices of the same moment.
 */
export function openNotice(draft: NoticeDraft, at: Instant, number = 0): Notice {
  const cause = key(draft.cause);
  const id = fingerprint(`${at.wall} ${number} ${cause}`);
  return { ...fitting(draft), cause, id, sinceWall: at.wall, state: 'open', stateAt: at, over: null, deliveries: {} };
}

/**
 * More of the same cause: other runs join, and for known runs the newest words count. An
 * acknowledged notice is not sent again.
 */
export function mergeInto(notice: Notice, draft: NoticeDraft): Notice {
  const joining = draft.runs.filter(({ id }) => !notice.runs.some((known) => known.id === id));
  if (joining.length > 0) return { ...notice, runs: [...notice.runs, ...joining].slice(0, MAX_RUNS) };
  const { runs, ...words } = fitting(draft);
  return { ...notice, ...words };
}

/** The cause of a report of the morning: this, and its day. */
export const REPORT = 'report ';

export const isReport = ({ cause }: Pick<Notice, 'cause'>): boolean => cause.startsWith(REPORT);

/** Nothing of it is sent: it only remembers the day. */
export const isSilent = (notice: Pick<Notice, 'cause' | 'sentence'>): boolean => isReport(notice) && notice.sentence === '';

/** A person knows about it: nothing more is sent except the all-clear. */
export const ack = (notice: Notice, at: Instant): Notice => (notice.state === 'open' ? { ...notice, state: 'acked', stateAt: at } : notice);

/** An acknowledged notice must be sent again: all channels are due now. */
export const reopen = (notice: Notice, at: Instant): Notice =>
  notice.state === 'acked' ? { ...notice, state: 'open', stateAt: at, deliveries: dueNow(notice) } : notice;

/** The cause is gone: each channel is notified of that once. */
export function clear(notice: Notice, over: string, at: Instant): Notice {
  if (notice.state === 'cleared') return notice;
  return { ...notice, state: 'cleared', stateAt: at, over: truncate(over, MAX_SENTENCE_LENGTH), deliveries: dueNow(notice) };
}

const dueNow = ({ deliveries }: Notice): Notice['deliveries'] =>
  Object.fromEntries(Object.entries(deliveries).map(([channel, delivery]) => [channel, { ...delivery, failures: 0, waitMs: 0 }]));

/**
 * The notice for this draft: joined to the open one of its cause, or new; and the notices that must
 * be removed for it.
 */
export function opened(notices: readonly Notice[], draft: NoticeDraft, at: Instant): NoticeChanges {
  const known = notices.find(({ cause, state }) => cause === key(draft.cause) && state !== 'cleared');
  if (known !== undefined) return { kept: [mergeInto(known, draft)], dropped: [] };
  const tooMany = Math.max(0, notices.length + 1 - MAX_NOTICES);
  const over = notices.filter((notice) => notice.state === 'cleared' && !isReport(notice));
  return { kept: [fresh(notices, draft, at)], dropped: over.slice(0, tooMany).map(({ id }) => id) };
}

export const acknowledgedInWords = (subjects: readonly string[]): string => `acknowledged: ${subjects.join('; ')}`;

/** The open notices about a run, or about the machine if it is null: what can be acknowledged. */
export const openAbout = (notices: readonly Notice[], run: string | null): readonly Notice[] =>
  notices.filter(
    ({ state, cause, runs }) => state === 'open' && (run === null ? isOfHost(causeAt(cause)) : runs.some(({ id }) => id === run)),
  );

/** The same as acknowledged; empty if there is nothing to acknowledge. */
export const acknowledged = (notices: readonly Notice[], run: string | null, at: Instant): readonly Notice[] =>
  openAbout(notices, run).map((notice) => ack(notice, at));

/** The notices whose cause is gone, as cleared; empty if nobody was notified of it. */
export const clearedOf = (notices: readonly Notice[], isOver: (cause: Cause) => boolean, over: string, at: Instant): readonly Notice[] =>
  notices.filter(({ state, cause }) => state !== 'cleared' && isOver(causeAt(cause))).map((notice) => clear(notice, over, at));

/** A notice that was just cleared, or a clock that was set back, may have used the id. */
function fresh(notices: readonly Notice[], draft: NoticeDraft, at: Instant): Notice {
  for (let number = 0; ; number++) {
    const notice = openNotice(draft, at, number);
    if (!notices.some(({ id }) => id === notice.id)) return notice;
  }
}

const fitting = (draft: NoticeDraft): Omit<NoticeDraft, 'cause'> => ({
  runs: draft.runs.slice(0, MAX_RUNS),
  subject: truncate(draft.subject, MAX_LENGTH),
  sentence: truncate(draft.sentence, MAX_SENTENCE_LENGTH),
  tried: draft.tried.slice(0, MAX_TRIED).map((line) => truncate(line, MAX_LENGTH)),
  lastLines: draft.lastLines.slice(-MAX_LINES).map((line) => truncate(line, MAX_LENGTH)),
  commands: draft.commands.slice(0, MAX_COMMANDS).map((line) => truncate(line, MAX_LENGTH)),
});

/** What was delivered of a notice to a channel, and when the next delivery is due. */
export interface Delivery {
  /** How often it accepted the notice. */
  readonly accepted: number;
  /** It accepted the all-clear. */
  readonly cleared: boolean;
  /** Failures in a row. */
  readonly failures: number;
  /** Why it failed the last time, or null if it did not. */
  readonly problem: string | null;
  /** The last try. */
  readonly at: Instant;
  /** How long after it the next one is due, ms. */
  readonly waitMs: number;
}
