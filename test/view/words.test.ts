import { describe, expect, test } from 'vitest';
import { openNotice } from '../../src/core/notices/notice.ts';
import type { Clock } from '../../src/view/clock.ts';
import { distance, readable, span, timeOf, when } from '../../src/view/clock.ts';
import type { View } from '../../src/view/model.ts';
import { cut, wrap } from '../../src/view/width.ts';
import { brief, doubtsOf, shortageOf, verdict, windowInWords } from '../../src/view/words.ts';
import * as moments from '../kit/core/moments.ts';
import { news } from '../kit/core/notice-samples.ts';
import { working } from '../kit/core/world.ts';
import { hostAt, viewed } from '../kit/viewed.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 54);
const UTC: Clock = { nowWall: NOW, isUtc: true, zone: 'UTC' };
const atMs = (ms: number): string => new Date(NOW + ms).toISOString();
const [MIN, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];

describe('times', () => {
  test.each([
    [0, '0 s'],
    [999, '0 s'],
    [59_999, '59 s'],
    [MIN, '1 min'],
    [90_000, '1 min'],
    [58 * MIN + 59_000, '58 min'],
    [HOUR, '1 h'],
    [HOUR + 5 * MIN, '1 h 5 min'],
    [DAY - 1, '23 h 59 min'],
    [2 * DAY + 3 * HOUR + 59 * MIN, '2 d 3 h'],
    [2 * DAY + 59 * MIN, '2 d'],
  ])('%i ms is %s: two units at most, never rounded up', (ms, words) => {
    expect(span(ms)).toBe(words);
  });

  test.each([
    [58 * MIN, '04:52, in 58 min'],
    [-5 * MIN, '03:49, 5 min ago'],
    [0, '03:54, now'],
    [DAY, 'Tue 03:54, in 1 d'],
    [-6 * HOUR, 'Sun 21:54, 6 h ago'],
    [-30 * DAY, '2026-10-24 03:54, 30 d ago'],
  ])('%i ms from now is "%s"', (ms, words) => {
    expect(when(UTC, atMs(ms))).toBe(words);
  });

  test('are local unless UTC is asked for', () => {
    const before = process.env.TZ;
    process.env.TZ = 'Asia/Kolkata';
    try {
      expect(timeOf({ nowWall: NOW, isUtc: false, zone: 'Asia/Kolkata' }, atMs(0))).toBe('09:24');
      expect(timeOf(UTC, atMs(0))).toBe('03:54');
    } finally {
      if (before === undefined) delete process.env.TZ;
      else process.env.TZ = before;
    }
  });

  test('dates inside of a reason are read on the same clock', () => {
    expect(readable(UTC, 'the limit is spent; resets 2026-11-23T06:00:00.000Z (stated)')).toBe(
      'the limit is spent; resets 06:00, in 2 h 6 min (stated)',
    );
    expect(readable(UTC, 'no 2026-99-99T99:99:99Z here')).toBe('no 2026-99-99T99:99:99Z here');
    expect(distance(UTC, atMs(-1))).toBe('now');
  });
});

describe('widths', () => {
  test.each([
    ['日本語', 4, '日…'],
    ['日本語', 6, '日本語'],
    ['👩‍👩‍👧‍👦 family', 3, '👩‍👩‍👧‍👦…'],
    ['abc', 0, ''],
    ['abc', 1, '…'],
  ])('%s in %i columns', (text, columns, words) => {
    expect(cut(text, columns)).toBe(words);
  });

  test('a wrapped text is whole', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('漢字漢字', 5)).toEqual(['漢字', '漢字']);
    expect(wrap('', 5)).toEqual(['']);
  });
});

const calling = openNotice(news({ cause: 'disk /' }), { wall: NOW, mono: 1 });

test.each<[string, View, string, number]>([
  ['nothing', viewed({}), '', 0],
  ['nothing runs and no watchdog', viewed({ a: moments.stopped() }, { host: { watchdog: null, condition: 'none' } }), '', 0],
  ['all work', viewed({ a: working(), b: moments.tool() }), '', 0],
  ['one is held', viewed({ a: working(), b: moments.limited() }), '<1 >1', 1],
  ['one waits', viewed({ a: moments.dead() }), '<1', 1],
  ['one needs a person', viewed({ a: working(), b: moments.handedOff(), c: moments.limited() }), '!1 <1 >1', 2],
  ['the machine needs a person', viewed({ a: working() }, { notices: [calling] }), '!host >1', 2],
  ['only a snapshot', viewed({ a: working() }, { keptAt: atMs(0) }), '!state >1', 2],
  ['no watchdog', viewed({ a: working(), b: moments.handedOff() }, { host: { watchdog: null, condition: 'none' } }), '!watchdog !1 >1', 3],
  ['a stopped watchdog', viewed({ a: working() }, { host: { condition: 'stopped' } }), '!watchdog >1', 3],
])('the line for a prompt, and the exit status for monitoring: %s', (_, view, line, status) => {
  expect([brief(view), verdict(view, UTC).status]).toEqual([line, status]);
});

test('a disk that is short of space is named with who fills it, and when it is full', () => {
  const [disk] = hostAt(NOW).filesystems;
  if (disk === undefined) throw new Error('expected a disk');
  expect(shortageOf(disk, UTC)).toBeNull();
  const short = { ...disk, pressure: 'soft', fullAt: atMs(20 * MIN), largest: ['/cache: 60 GiB'] } as const;
  expect(shortageOf(short, UTC)).toBe(
    'the disk at /var/lib/dogwatch is short of space (soft): 40 GiB of 100 GiB available; full at this rate at 04:14, in 20 min; most is used by /cache: 60 GiB',
  );
  expect(shortageOf({ ...short, filledBy: [{ run: 'logger', because: 'its files grew by 9 GiB' }] }, UTC)).toMatch(
    /; filled by logger: its files grew by 9 GiB$/,
  );
});

test.each([
  ['what is used, and when it resets', { usedPercent: 87.6 }, 'five_hour: 87% used, resets at 05:54, in 2 h; stated 5 min ago'],
  [
    'after its reset it is unknown, not empty',
    { usedPercent: null, resetsAt: atMs(-HOUR) },
    'five_hour: use unknown, has reset 1 h ago; stated 5 min ago',
  ],
  [
    'of one model, beyond what is included',
    { model: 'opus', usedPercent: 100, extra: 'in-use' as const },
    'five_hour of opus: 100% used, resets at 05:54, in 2 h; extra usage is being spent; stated 5 min ago',
  ],
])('a usage window: %s', (_, changes, words) => {
  const window = { name: 'five_hour', model: null, usedPercent: 1, resetsAt: atMs(2 * HOUR), seenAt: atMs(-5 * MIN), extra: null };
  expect(windowInWords({ ...window, ...changes }, UTC)).toBe(words);
});

test('a snapshot says how old it is, and how many runs it had no room for', () => {
  const view = { ...viewed({ a: working() }, { keptAt: atMs(-MIN) }), leftOut: 900 };
  expect(doubtsOf(view, UTC)).toEqual([expect.stringMatching(/snapshot of 03:53, 1 min ago, which had no room for 900 other runs$/)]);
});
