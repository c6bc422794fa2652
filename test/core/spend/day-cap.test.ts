import { describe, expect, test } from 'vitest';
import { DayCaps, dayAround } from '../../../src/core/spend/day-cap.ts';
import { quarterOf, SpentByQuarter } from '../../../src/core/spend/quarters.ts';

const HOUR = 3_600_000;
const at = (text: string): number => Date.parse(text);
const sum = (text: string, usd: number) => ({ quarter: quarterOf(at(text)), usd, unpriced: 0 });

describe('a day in a zone', () => {
  test.each([
    ['UTC', '2026-11-30T12:00Z', '2026-11-30T00:00Z', 24],
    ['Europe/Berlin', '2026-11-30T23:30Z', '2026-11-30T23:00Z', 24],
    ['Europe/Berlin', '2026-03-29T12:00Z', '2026-03-28T23:00Z', 23],
    ['Europe/Berlin', '2026-10-25T12:00Z', '2026-10-24T22:00Z', 25],
    ['America/New_York', '2026-11-01T05:30Z', '2026-11-01T04:00Z', 25],
    ['Asia/Kathmandu', '2026-11-30T18:20Z', '2026-11-30T18:15Z', 24],
    ['Australia/Lord_Howe', '2026-04-05T00:00Z', '2026-04-04T13:00Z', 24.5],
    // Midnight does not exist on the day on which its clocks are set forward.
    ['Africa/Cairo', '2026-04-24T10:00Z', '2026-04-23T22:00Z', 23],
  ] as const)('%s at %s begins at %s and has %d h', (zone, moment, from, hours) => {
    const day = dayAround(at(moment), zone);
    expect(new Date(day.fromWall)).toEqual(new Date(at(from)));
    expect((day.untilWall - day.fromWall) / HOUR).toBe(hours);
  });
});

describe('the cap of the day', () => {
  const RULES = { capUsd: 10, gracePercent: 10, zone: 'Europe/Berlin' };
  const noon = at('2026-11-30T11:00Z');
  const midnight = at('2026-11-30T23:00Z');

  test('is reached by the sum of that day alone, and frees at the next midnight', () => {
    const caps = new DayCaps(
      new SpentByQuarter([sum('2026-11-29T20:00Z', 50), sum('2026-11-29T23:00Z', 4), sum('2026-11-30T10:00Z', 6)]),
      RULES,
    );
    expect(caps.at(noon)).toMatchObject({
      spent: { untilWall: midnight, because: expect.stringContaining('at least $10.00 of $10.00 on 2026-11-30') },
      isBeyondGrace: false,
    });
    expect(caps.at(midnight - 1)?.spent).not.toBeNull();
    expect(caps.at(midnight)?.spent).toBeNull();
  });

  test.each([
    [9.99, false, false],
    [10, true, false],
    [11, true, false],
    [11.01, true, true],
  ])('%d USD: reached %s, beyond the grace %s', (usd, isReached, isBeyondGrace) => {
    const cap = new DayCaps(new SpentByQuarter([sum('2026-11-30T10:00Z', usd)]), RULES).at(noon);
    expect([cap?.spent !== null, cap?.isBeyondGrace]).toEqual([isReached, isBeyondGrace]);
  });

  test('stays the same object while nothing changes that matters', () => {
    const spent = new SpentByQuarter([sum('2026-11-30T10:00Z', 4)]);
    const caps = new DayCaps(spent, RULES);
    const before = caps.at(noon);
    spent.add(sum('2026-11-30T11:00Z', 5));
    caps.changed();
    expect(caps.at(noon + HOUR)).toBe(before);
    spent.add(sum('2026-11-30T11:00Z', 2));
    caps.changed();
    expect(caps.at(noon + HOUR)).not.toBe(before);
  });

  test('says what was spent when it was reached', () => {
    const spent = new SpentByQuarter([sum('2026-11-30T10:00Z', 10.4)]);
    const caps = new DayCaps(spent, RULES);
    const before = caps.at(noon);
    expect(before?.spent?.because).toContain('at least $10.40 of $10.00');
    spent.add(sum('2026-11-30T11:00Z', 0.2));
    caps.changed();
    expect(caps.at(noon + HOUR)).toBe(before);
    spent.add(sum('2026-11-30T11:00Z', 1));
    caps.changed();
    expect(caps.at(noon + HOUR)).toMatchObject({ isBeyondGrace: true, spent: { because: expect.stringContaining('at least $11.60') } });
  });

  test('a clock that jumps neither frees it for ever nor traps it', () => {
    const caps = new DayCaps(new SpentByQuarter([sum('2026-11-30T10:00Z', 12)]), RULES);
    const held = caps.at(noon);
    expect(caps.at(noon + 365 * 24 * HOUR)?.spent).toBeNull();
    expect(caps.at(noon - 365 * 24 * HOUR)?.spent).toBeNull();
    expect(caps.at(noon)).toEqual(held);
  });

  test('is none without the setting', () => {
    expect(new DayCaps(new SpentByQuarter([sum('2026-11-30T10:00Z', 12)]), null).at(noon)).toBeNull();
  });
});
