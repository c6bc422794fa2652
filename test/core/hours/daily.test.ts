import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Daily, lastUntil, nextAfter, onDay } from '../../../src/core/hours/daily.ts';
import { parseDaily } from '../../../src/settings/hours/daily.ts';

const AROUND = Date.parse('2026-06-01T00:00:00Z');
function daily(text: string): Daily {
  const value = parseDaily(text, 'UTC', AROUND);
  if (value === null) throw new Error(text);
  return value;
}
const iso = (wall: number) => new Date(wall).toISOString().replace(':00.000Z', 'Z');

describe('the time of a day', () => {
  test.each([
    ['07:00; Europe/Berlin', '2026-11-30', '2026-11-30T06:00Z'],
    ['07:00; Europe/Berlin', '2026-07-01', '2026-07-01T05:00Z'],
    ['07:00; America/Los_Angeles', '2026-11-30', '2026-11-30T15:00Z'],
    ['07:00; Pacific/Kiritimati', '2026-11-30', '2026-11-29T17:00Z'],
    ['00:00; Asia/Kathmandu', '2026-11-30', '2026-11-29T18:15Z'],
    // Skipped: by the clocks as they were before.
    ['02:30; Europe/Berlin', '2026-03-29', '2026-03-29T01:30Z'],
    // Twice: the first time.
    ['02:30; Europe/Berlin', '2026-10-25', '2026-10-25T00:30Z'],
    ['01:30; America/New_York', '2026-11-01', '2026-11-01T05:30Z'],
    ['02:15; Australia/Lord_Howe', '2026-10-04', '2026-10-03T15:45Z'],
    ['00:30; Africa/Cairo', '2026-04-24', '2026-04-23T22:30Z'],
  ])('%s on %s is %s', (text, day, time) => {
    expect(iso(onDay(daily(text), day).wall)).toBe(time);
  });
});

describe('before and after a date', () => {
  test.each([
    ['07:00; Europe/Berlin', '2026-11-30T05:59:59Z', '2026-11-29', '2026-11-30'],
    ['07:00; Europe/Berlin', '2026-11-30T06:00:00Z', '2026-11-30', '2026-12-01'],
    ['23:59; Pacific/Kiritimati', '2026-11-30T09:59:00Z', '2026-11-30', '2026-12-01'],
    ['00:00; Pacific/Pago_Pago', '2026-11-30T11:00:00Z', '2026-11-30', '2026-12-01'],
  ])('%s at %s', (text, date, last, next) => {
    const at = Date.parse(date);
    expect([lastUntil(daily(text), at).day, nextAfter(daily(text), at).day]).toEqual([last, next]);
  });

  test('there is nothing between the last and the next, at any date in any zone', () => {
    const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo', 'Pacific/Apia', 'Asia/Kathmandu'];
    const minutes = fc.integer({ min: 0, max: 24 * 60 - 1 });
    fc.assert(
      fc.property(fc.constantFrom(...zones), minutes, fc.integer({ min: 0, max: 365 * 24 * 60 }), (zone, minute, after) => {
        const two = (number: number) => String(number).padStart(2, '0');
        const one = daily(`${two(Math.floor(minute / 60))}:${two(minute % 60)}; ${zone}`);
        const at = AROUND - 150 * 86_400_000 + after * 60_000;
        const [last, next] = [lastUntil(one, at), nextAfter(one, at)];
        expect(last.wall <= at && at < next.wall).toBe(true);
        expect(Date.parse(next.day) - Date.parse(last.day)).toBe(86_400_000);
      }),
      { numRuns: 300 },
    );
  });
});
