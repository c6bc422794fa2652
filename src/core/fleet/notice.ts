/**
 * What stands in the engine of a cause that concerns the whole fleet. Whoever is the caretaker goes
 * on with it.
 */
export interface NoticeRow {
  readonly cause: string;
  /** Another one each time that it begins anew: of a silent host, the number of its last beat. */
  readonly episode: number;
  readonly isOver: boolean;
  /**
   * Whether people have been notified of this: that it began or, where it is over, that it is. It
   * may have been sent by a caretaker that died then.
   */
  readonly sent: 'no' | 'maybe' | 'yes';
}

/** What is known of the cause now. */
export type Cause =
  | { readonly kind: 'holds'; readonly episode: number }
  /** It is over if it began no later than this. */
  | { readonly kind: 'over'; readonly episode: number }
  | { readonly kind: 'unknown' };

export type NoticeStep =
  | { readonly kind: 'write'; readonly row: NoticeRow }
  /** Sends it, and writes the row after that. Whoever gets it knows a second one by its key. */
  | { readonly kind: 'send'; readonly key: string; readonly row: NoticeRow }
  | { readonly kind: 'nothing' };

/** The same whoever sends it, at whatever time, in whatever part of a fleet that is cut. */
export const noticeKey = ({ cause, episode, isOver }: NoticeRow): string => `${cause}/${episode}/${isOver ? 'over' : 'begun'}`;

/**
 * What a caretaker does next about a cause. It reads the row again after each step, and may find an
 * older one: it knows by itself what it has sent.
 */
export function noticeStep(name: string, row: NoticeRow | null, cause: Cause, hasSent: (key: string) => boolean): NoticeStep {
  const write = (next: NoticeRow): NoticeStep => ({ kind: 'write', row: next });
  // Also the same episode: it was taken for over too early. But first people are notified of the
  // end that they have not heard of: of the next one they may never hear.
  const isNew = cause.kind === 'holds' && (row === null || (row.isOver && (row.sent === 'yes' || row.episode === cause.episode)));
  if (isNew) return write({ cause: name, episode: cause.episode, isOver: false, sent: 'no' });
  if (row === null || (row.isOver && row.sent === 'yes')) return { kind: 'nothing' };
  // What nobody has heard of needs no all-clear.
  if (cause.kind === 'over' && !row.isOver && cause.episode >= row.episode)
    return write({ ...row, isOver: true, sent: row.sent === 'no' ? 'yes' : 'maybe' });
  if (row.sent === 'yes' || (!row.isOver && cause.kind !== 'holds')) return { kind: 'nothing' };
  if (row.sent === 'no') return write({ ...row, sent: 'maybe' });
  const sent: NoticeRow = { ...row, sent: 'yes' };
  return hasSent(noticeKey(row)) ? write(sent) : { kind: 'send', key: noticeKey(row), row: sent };
}
