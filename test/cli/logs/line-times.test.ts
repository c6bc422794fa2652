import { describe, expect, test } from 'vitest';
import { LineTimes, stampOf } from '../../../src/cli/logs/line-times.ts';

const AT = Date.parse('2026-11-30T12:00:00Z');

describe('the time that a line states', () => {
  test.each([
    ['{"type":"text","timestamp":1796040000000,"x":1}', 1796040000000],
    ['{"timestamp":"2026-11-30T12:00:00.250Z"}', AT + 250],
    ['2026-11-30T12:00:00Z started', AT],
    ['[2026-11-30 12:00:00,123+00:00] INFO', AT + 123],
    ['{"text":"{\\"timestamp\\":1796040000000}"}', null],
    ['{"timestamp":12}', null],
    ['it said 2026-11-30T12:00:00Z', null],
    ['2026-13-30T12:00:00Z', null],
    ['', null],
  ])('%s', (line, wall) => {
    expect(stampOf(line)).toBe(wall);
  });
});

describe('the time of a line', () => {
  const times = () =>
    new LineTimes(
      AT,
      [
        { offset: 10, wall: AT + 1000 },
        { offset: 30, wall: AT + 5000 },
      ],
      AT + 9000,
    );

  test('lies between the looks at the log that surround it', () => {
    const log = times();
    expect(log.next('a', 0, 5)).toEqual({ fromWall: AT, toWall: AT + 1000, isExact: false });
    expect(log.next('b', 5, 15)).toEqual({ fromWall: AT, toWall: AT + 5000, isExact: false });
    expect(log.next('c', 15, 30)).toEqual({ fromWall: AT + 1000, toWall: AT + 5000, isExact: false });
    expect(log.next('d', 30, 40)).toEqual({ fromWall: AT + 5000, toWall: AT + 9000, isExact: false });
  });

  test('is the one that it states, if it fits', () => {
    const log = times();
    const line = `{"timestamp":${AT + 400}}`;
    expect(log.next(line, 0, 5)).toEqual({ fromWall: AT + 400, toWall: AT + 400, isExact: true });
    expect(log.next('b', 5, 10)).toEqual({ fromWall: AT + 400, toWall: AT + 1000, isExact: false });
    expect(log.next('2020-01-01T00:00:00Z of another time', 10, 20)).toEqual({ fromWall: AT + 1000, toWall: AT + 5000, isExact: false });
  });

  test('is unknown without a journal', () => {
    expect(new LineTimes(Number.NEGATIVE_INFINITY, [], Number.POSITIVE_INFINITY).next('a', 0, 2)).toEqual({
      fromWall: Number.NEGATIVE_INFINITY,
      toWall: Number.POSITIVE_INFINITY,
      isExact: false,
    });
  });
});
