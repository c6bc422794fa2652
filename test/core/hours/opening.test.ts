import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changesAt, isOpen } from '../../../src/core/hours/opening.ts';
import { type Hours, isWholeWeek, merged, WEEK_MINUTES } from '../../../src/core/hours/week.ts';
import { parseHours } from '../../../src/settings/hours/parse.ts';
import { DAY, HOUR, MINUTE } from '../../kit/core/world.ts';

const NOW = Date.UTC(2026, 10, 30);
const hours = (text: string): Hours => {
  const read = parseHours(text, 'UTC', NOW);
  if (read === null) throw new Error(`not hours: ${text}`);
  return read;
};
/** When they begin and end from a date on, in turn. */
function changes(text: string, from: string, count: number): readonly string[] {
  const [list, found]: [Hours, string[]] = [hours(text), []];
  for (let at = Date.parse(from); found.length < count; ) {
    at = changesAt(list, at) ?? Number.NaN;
    found.push(`${isOpen(list, at) ? 'begin' : 'end'} ${new Date(at).toISOString().slice(0, 16)}`);
  }
  return found;
}

const NIGHTS = 'Mon-Fri 19:00-07:00, Sat-Sun; Europe/Berlin';

describe('when hours begin and end', () => {
  test.each([
    // 2026-11-30 is a Monday.
    ['the night belongs to the day that it begins on', NIGHTS, '2026-11-30T12:00Z', ['begin 2026-11-30T18:00', 'end 2026-12-01T06:00']],
    [
      'Friday night goes over into the weekend',
      NIGHTS,
      '2026-12-04T17:00Z',
      ['begin 2026-12-04T18:00', 'end 2026-12-06T23:00', 'begin 2026-12-07T18:00'],
    ],
    ['every day if none is named', '20:00-06:00; UTC', '2026-11-30T05:00Z', ['end 2026-11-30T06:00', 'begin 2026-11-30T20:00']],
    [
      'Sunday night goes over into Monday',
      'Sun 22:00-06:00; UTC',
      '2026-12-06T12:00Z',
      ['begin 2026-12-06T22:00', 'end 2026-12-07T06:00', 'begin 2026-12-13T22:00'],
    ],
    [
      'days go over the end of the week',
      'Fri-Mon 20:00-24:00; UTC',
      '2026-12-07T00:00Z',
      ['begin 2026-12-07T20:00', 'end 2026-12-08T00:00', 'begin 2026-12-11T20:00'],
    ],
    [
      'spans that touch are one',
      'Mon 08:00-12:00, Mon 12:00-18:00; UTC',
      '2026-11-30T00:00Z',
      ['begin 2026-11-30T08:00', 'end 2026-11-30T18:00'],
    ],
    [
      'spans that overlap are one',
      'Mon 08:00-14:00, Mon-Tue 10:00-18:00; UTC',
      '2026-11-30T00:00Z',
      ['begin 2026-11-30T08:00', 'end 2026-11-30T18:00', 'begin 2026-12-01T10:00'],
    ],
    [
      'midnight to midnight is the whole day',
      'Wed 00:00-24:00; UTC',
      '2026-11-30T00:00Z',
      ['begin 2026-12-02T00:00', 'end 2026-12-03T00:00'],
    ],
    [
      'an end at 00:00 is the end of the day',
      'Wed 12:00-00:00; UTC',
      '2026-11-30T00:00Z',
      ['begin 2026-12-02T12:00', 'end 2026-12-03T00:00'],
    ],
    [
      'a zone that is half an hour off',
      'Mon 09:00-10:00; Asia/Kolkata',
      '2026-11-29T12:00Z',
      ['begin 2026-11-30T03:30', 'end 2026-11-30T04:30'],
    ],
    ['a zone behind UTC', 'Mon 18:00-20:00; America/New_York', '2026-11-30T12:00Z', ['begin 2026-11-30T23:00', 'end 2026-12-01T01:00']],
    // Berlin: forward on 2027-03-28 at 02:00, back on 2027-10-31 at 03:00.
    ['a night with an hour less', NIGHTS, '2027-03-25T20:00Z', ['end 2027-03-26T06:00', 'begin 2027-03-26T18:00', 'end 2027-03-28T22:00']],
    ['hours that are skipped do not happen', 'Sun 02:00-03:00; Europe/Berlin', '2027-03-27T12:00Z', ['begin 2027-04-04T00:00']],
    [
      'hours that begin while clocks skip begin after it',
      'Sun 02:30-05:00; Europe/Berlin',
      '2027-03-27T12:00Z',
      ['begin 2027-03-28T01:00', 'end 2027-03-28T03:00'],
    ],
    [
      'hours that end while clocks skip end before it',
      'Sun 01:00-02:30; Europe/Berlin',
      '2027-03-27T12:00Z',
      ['begin 2027-03-28T00:00', 'end 2027-03-28T01:00'],
    ],
    [
      'hours that are repeated happen twice',
      'Sun 02:15-02:45; Europe/Berlin',
      '2027-10-30T12:00Z',
      ['begin 2027-10-31T00:15', 'end 2027-10-31T00:45', 'begin 2027-10-31T01:15', 'end 2027-10-31T01:45'],
    ],
    [
      'an hour more if it lies within',
      'Sun 01:00-04:00; Europe/Berlin',
      '2027-10-30T12:00Z',
      ['begin 2027-10-30T23:00', 'end 2027-10-31T03:00'],
    ],
    ['clocks set back into the hours', 'Sun 02:30-02:50; Europe/Berlin', '2027-10-31T00:50Z', ['begin 2027-10-31T01:30']],
    [
      'clocks that move by half an hour',
      'Sun 01:45-04:00; Australia/Lord_Howe',
      '2027-04-03T00:00Z',
      ['begin 2027-04-03T14:45', 'end 2027-04-03T15:00', 'begin 2027-04-03T15:15', 'end 2027-04-03T17:30'],
    ],
  ])('%s', (_what, text, from, expected) => {
    expect(changes(text, from, expected.length)).toEqual(expected);
  });

  test('the very minute counts as begun, or as ended', () => {
    const list = hours('Mon 19:00-20:00; UTC');
    const at = Date.UTC(2026, 10, 30, 19);
    expect([-1, 0, HOUR - 1, HOUR].map((ms) => isOpen(list, at + ms))).toEqual([false, true, true, false]);
  });

  test('hours without a minute never change', () => {
    expect(changesAt({ text: '', zone: 'UTC', spans: [], offsets: [] }, NOW)).toBeNull();
  });
});

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Pacific/Auckland',
  'Asia/Kathmandu',
];
const clock = fc
  .integer({ min: 0, max: 1439 })
  .map((minute) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`);
const day = fc.constantFrom('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun');
const part = fc
  .tuple(day, day, clock, clock)
  .filter(([, , from, to]) => from !== to)
  .map(([first, last, from, to]) => `${first}-${last} ${from}-${to}`);
const anyHours = fc
  .tuple(fc.array(part, { minLength: 1, maxLength: 3 }), fc.constantFrom(...ZONES))
  .map(([parts, zone]) => parseHours(`${parts.join(', ')}; ${zone}`, 'UTC', NOW))
  .filter((read) => read !== null);
const anyWall = fc.integer({ min: 0, max: 800 * 24 * 60 }).map((minutes) => NOW + minutes * MINUTE);

describe('laws', () => {
  test('what the clocks of the zone show decides', () => {
    fc.assert(
      fc.property(anyHours, anyWall, (list, wall) => {
        const shown = new Intl.DateTimeFormat('en-GB', {
          timeZone: list.zone,
          weekday: 'short',
          hour: '2-digit',
          minute: '2-digit',
          hourCycle: 'h23',
        }).formatToParts(wall);
        const of = (type: string) => shown.find((one) => one.type === type)?.value ?? '';
        const minute =
          ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(of('weekday')) * 1440 + Number(of('hour')) * 60 + Number(of('minute'));
        expect(isOpen(list, wall)).toBe(list.spans.some(({ from, to }) => minute >= from && minute < to));
      }),
      { numRuns: 100 },
    );
  });

  test('nothing changes before the next change, and then it does, within eight days', () => {
    fc.assert(
      fc.property(anyHours, anyWall, fc.double({ min: 0, max: 0.999, noNaN: true }), (list, wall, share) => {
        const next = changesAt(list, wall);
        expect(next).toBeGreaterThan(wall);
        expect(next).toBeLessThan(wall + 15 * DAY);
        const before = isOpen(list, wall);
        expect(isOpen(list, Math.floor(wall + ((next ?? 0) - wall) * share))).toBe(before);
        expect(isOpen(list, (next ?? 0) - 1)).toBe(before);
        expect(isOpen(list, next ?? 0)).toBe(!before);
      }),
      { numRuns: 100 },
    );
  });
});

test.each([
  [
    [
      { from: 10, to: 20 },
      { from: 5, to: 12 },
    ],
    [{ from: 5, to: 20 }],
  ],
  [
    [
      { from: 10, to: 20 },
      { from: 20, to: 30 },
    ],
    [{ from: 10, to: 30 }],
  ],
  [
    [{ from: WEEK_MINUTES - 10, to: WEEK_MINUTES + 10 }],
    [
      { from: 0, to: 10 },
      { from: WEEK_MINUTES - 10, to: WEEK_MINUTES },
    ],
  ],
  [
    [
      { from: 0, to: WEEK_MINUTES - 1 },
      { from: WEEK_MINUTES - 1, to: WEEK_MINUTES + 5 },
    ],
    [{ from: 0, to: WEEK_MINUTES }],
  ],
])('%o are %o', (spans, expected) => {
  expect(merged(spans)).toEqual(expected);
  expect(isWholeWeek(merged(spans))).toBe(expected.length === 1 && expected[0]?.from === 0 && expected[0].to === WEEK_MINUTES);
});
