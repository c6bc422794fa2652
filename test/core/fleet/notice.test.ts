import { describe, expect, test } from 'vitest';
import { type Cause, type NoticeRow, type NoticeStep, noticeKey, noticeStep } from '../../../src/core/fleet/notice.ts';

const ROW: NoticeRow = { cause: 'dead.b', episode: 7, isOver: false, sent: 'no' };
const HOLDS: Cause = { kind: 'holds', episode: 7 };
const OVER: Cause = { kind: 'over', episode: 7 };
const UNKNOWN: Cause = { kind: 'unknown' };
const write = (patch: Partial<NoticeRow>): NoticeStep => ({ kind: 'write', row: { ...ROW, ...patch } });
const send = (patch: Partial<NoticeRow>): NoticeStep => ({
  kind: 'send',
  key: noticeKey({ ...ROW, ...patch }),
  row: { ...ROW, ...patch, sent: 'yes' },
});
const nothing: NoticeStep = { kind: 'nothing' };

describe('a caretaker', () => {
  test.each<[string, NoticeRow | null, Cause, NoticeStep]>([
    ['writes what begins', null, HOLDS, write({})],
    ['then that it will send it', ROW, HOLDS, write({ sent: 'maybe' })],
    ['then sends it', { ...ROW, sent: 'maybe' }, HOLDS, send({ sent: 'maybe' })],
    ['then has nothing to do', { ...ROW, sent: 'yes' }, HOLDS, nothing],
    ['makes nothing of what is not there', null, OVER, nothing],
    ['waits where nothing is known', { ...ROW, sent: 'maybe' }, UNKNOWN, nothing],
    ['says that it is over', { ...ROW, sent: 'yes' }, OVER, write({ isOver: true, sent: 'maybe' })],
    ['says so too where another one may have sent that it began', { ...ROW, sent: 'maybe' }, OVER, write({ isOver: true, sent: 'maybe' })],
    ['says nothing of what nobody has heard of', ROW, OVER, write({ isOver: true, sent: 'yes' })],
    ['sends that it is over', { ...ROW, isOver: true, sent: 'maybe' }, UNKNOWN, send({ isOver: true })],
    ['takes no earlier silence for the end of this one', { ...ROW, sent: 'yes' }, { kind: 'over', episode: 6 }, nothing],
    ['writes what begins anew', { ...ROW, isOver: true, sent: 'yes' }, { kind: 'holds', episode: 9 }, write({ episode: 9 })],
    [
      'first says that the last time is over, where it begins anew before that was sent',
      { ...ROW, isOver: true, sent: 'maybe' },
      { kind: 'holds', episode: 9 },
      send({ isOver: true }),
    ],
    ['goes on with what was taken for over too early', { ...ROW, isOver: true, sent: 'yes' }, HOLDS, write({})],
  ])('%s', (_what, row, cause, expected) => {
    expect(noticeStep('dead.b', row, cause, () => false)).toEqual(expected);
  });

  test('does not send what it has sent, where it reads an older row', () => {
    const row: NoticeRow = { ...ROW, sent: 'maybe' };
    expect(noticeStep('dead.b', row, HOLDS, (key) => key === 'dead.b/7/begun')).toEqual(write({ sent: 'yes' }));
  });
});

test('the key is the same whoever sends it, and another one for the end and for the next time', () => {
  expect(new Set([ROW, { ...ROW, sent: 'yes' as const }, { ...ROW, isOver: true }, { ...ROW, episode: 8 }].map(noticeKey)).size).toBe(3);
});
