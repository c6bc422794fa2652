import { describe, expect, test } from 'vitest';
import { json, LIMIT, read, rejected, result } from '../all/reading.ts';

describe('the reset of a limit', () => {
  test.each<[what: string, lines: string[], resetsAt: string]>([
    [
      'the event knows the time better than the words',
      json(rejected, result({ is_error: true, api_error_status: 429, result: "You've hit your session limit" })),
      '2026-06-10T14:00:00Z',
    ],
    [
      'and so does its kind',
      json(rejected, result({ is_error: true, api_error_status: 429, result: 'API Error: Request rejected (429)' })),
      '2026-06-10T14:00:00Z',
    ],
    ['the words alone', json(result({ is_error: true, api_error_status: 429, result: LIMIT })), '2026-06-10T18:00:00Z'],
  ])('%s', (_what, lines, resetsAt) => {
    const last = read('claude', lines).at(-2);
    expect(last).toMatchObject({ kind: 'limit', resetsAtWall: Date.parse(resetsAt) });
  });

  test('the spent window is the one that counts', () => {
    const unifiedWindows = {
      five_hour: { utilization: 0.3, resetsAt: 1_781_100_000 },
      seven_day: { utilization: 1, resetsAt: 1_781_200_000 },
    };
    const [limit] = read('claude', json({ ...rejected, rate_limit_info: { ...rejected.rate_limit_info, unifiedWindows } }));
    expect(limit).toMatchObject({ kind: 'limit', resetsAtWall: 1_781_200_000_000 });
  });
});
