import { describe, expect, test } from 'vitest';
import { dayOf, quarterOf, SpentByQuarter } from '../../../src/core/spend/quarters.ts';

const at = (time: string): number => Date.parse(time);
const sumAt = (time: string, usd: number) => ({ quarter: quarterOf(at(time)), usd, unpriced: 0 });

describe('the day of a moment', () => {
  test.each<[string, string, string]>([
    ['2026-11-30T23:59:59Z', 'UTC', '2026-11-30'],
    ['2026-11-30T23:00:00Z', 'Europe/Berlin', '2026-12-01'],
    ['2026-11-30T18:15:00Z', 'Asia/Kathmandu', '2026-12-01'],
    ['2026-11-30T18:14:59Z', 'Asia/Kathmandu', '2026-11-30'],
    ['2026-12-01T07:59:59Z', 'America/Los_Angeles', '2026-11-30'],
  ])('%s in %s is %s', (time, zone, day) => {
    expect(dayOf(at(time), zone)).toBe(day);
  });
});

describe('the sum of a day', () => {
  test.each<[string, string, string, readonly (readonly [string, number])[], number]>([
    [
      'from midnight on',
      '2026-11-30T12:00:00Z',
      'UTC',
      [
        ['2026-11-29T23:59:00Z', 1],
        ['2026-11-30T00:00:00Z', 2],
        ['2026-11-30T11:59:00Z', 4],
      ],
      6,
    ],
    [
      'from the midnight of its zone on',
      '2026-11-30T12:00:00Z',
      'Asia/Kathmandu',
      [
        ['2026-11-29T18:14:00Z', 1],
        ['2026-11-29T18:15:00Z', 2],
      ],
      2,
    ],
    [
      'of 25 hours',
      '2026-10-25T22:30:00Z',
      'Europe/Berlin',
      [
        ['2026-10-24T21:59:00Z', 1],
        ['2026-10-24T22:00:00Z', 2],
        ['2026-10-25T22:20:00Z', 4],
      ],
      6,
    ],
    [
      'of 23 hours',
      '2026-03-29T21:30:00Z',
      'Europe/Berlin',
      [
        ['2026-03-28T22:59:00Z', 1],
        ['2026-03-28T23:00:00Z', 2],
      ],
      2,
    ],
    [
      'after a clock that was ahead',
      '2026-11-30T12:00:00Z',
      'UTC',
      [
        ['2026-11-30T10:00:00Z', 1],
        ['2027-03-01T10:00:00Z', 2],
      ],
      1,
    ],
  ])('%s', (_, now, zone, spent, usd) => {
    const sums = new SpentByQuarter(spent.map(([time, amount]) => sumAt(time, amount)));
    expect(sums.onDayOf(at(now), zone).usd).toBe(usd);
  });

  test('keeps the last days of years', () => {
    const sums = new SpentByQuarter([]);
    for (let day = 0; day < 1000; day++) sums.add({ quarter: day * 96, usd: 1, unpriced: 1 });
    expect(sums.onDayOf(999 * 86_400_000, 'UTC')).toEqual({ usd: 1, unpricedTokens: 1 });
  });
});
