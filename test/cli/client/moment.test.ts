import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseMoment, timeRange } from '../../../src/cli/client/moment.ts';

beforeEach(() => void vi.stubEnv('TZ', 'Europe/Berlin'));
afterEach(() => void vi.unstubAllEnvs());

/** 14:30 in Berlin. */
const NOW = Date.parse('2026-11-30T13:30:00Z');
const iso = (text: string, now = NOW) => {
  const moment = parseMoment(text, now);
  return moment === null ? null : new Date(moment).toISOString();
};

describe('times in the zone of the operator', () => {
  test.each([
    ['90s', '2026-11-30T13:28:30.000Z'],
    ['2h', '2026-11-30T11:30:00.000Z'],
    ['7d', '2026-11-23T13:30:00.000Z'],
    ['now', '2026-11-30T13:30:00.000Z'],
    ['today', '2026-11-29T23:00:00.000Z'],
    ['yesterday', '2026-11-28T23:00:00.000Z'],
    ['14:30', '2026-11-30T13:30:00.000Z'],
    ['14:31', '2026-11-29T13:31:00.000Z'],
    ['02:00:05', '2026-11-30T01:00:05.000Z'],
    ['2026-11-30', '2026-11-29T23:00:00.000Z'],
    ['2026-11-30 18:00', '2026-11-30T17:00:00.000Z'],
    ['2026-07-01T18:00:30', '2026-07-01T16:00:30.000Z'],
    ['2026-11-30T18:00:00Z', '2026-11-30T18:00:00.000Z'],
    ['2026-11-30 18:00:00.250+05:30', '2026-11-30T12:30:00.250Z'],
    // Clocks are set back at 03:00: the first 02:30 is meant; forward: 02:30 does not exist.
    ['2026-10-25 02:30', '2026-10-25T00:30:00.000Z'],
    ['2026-03-29 02:30', '2026-03-29T01:30:00.000Z'],
  ])('%s', (text, expected) => {
    expect(iso(text)).toBe(expected);
  });

  test.each([
    '',
    'soon',
    '25:00',
    '12:60',
    '1:00',
    '2026-02-30',
    '2026-13-01',
    '2026-11-30T24:30',
    '30.11.2026',
    '5',
    '5x',
    '-2h',
    '2h ago',
    '2026-11-30 18:00 CET',
  ])('%j is none', (text) => {
    expect(iso(text)).toBeNull();
  });
});

test('a range the wrong way round, or of something else, is a usage error', () => {
  expect(timeRange({ since: '2h', until: '1h' }, NOW)).toEqual({ sinceWall: NOW - 7_200_000, untilWall: NOW - 3_600_000 });
  expect(timeRange({}, NOW)).toEqual({ sinceWall: Number.NEGATIVE_INFINITY, untilWall: Number.POSITIVE_INFINITY });
  for (const range of [{ since: '1h', until: '2h' }, { since: 'soon' }, { until: '2026-02-30' }])
    expect(() => timeRange(range, NOW)).toThrow(expect.objectContaining({ exitCode: 64 }));
});
