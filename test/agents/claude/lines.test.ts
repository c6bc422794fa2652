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

describe('what the provider calls its error', () => {
  test.each([
    ['authentication_error', 'The key is not known', 'auth'],
    ['permission_error', 'API Error: 403 Account is no longer a member of the organization', 'auth'],
    ['billing_error', 'Please add a payment method', 'limit'],
    ['overloaded_error', 'The model is busy', 'transient'],
    ['timeout_error', 'It took too long', 'transient'],
    ['api_error', 'API Error: 500 Internal server error', 'transient'],
    // Only the words say whose limit it is.
    ['rate_limit_error', "You've hit your session limit", 'limit'],
    ['a_new_kind', 'Something else', 'error'],
    ['toString', 'Something else', 'error'],
  ])('%s (%s): %s', (type, words, kind) => {
    const [trouble] = read(
      'claude',
      json(result({ is_error: true, terminal_reason: 'api_error', api_error_type: type, result: words })),
    ).filter((signal) => signal.kind !== 'session' && signal.kind !== 'turn');
    expect(trouble?.kind).toBe(kind);
  });

  test('a context that fills again at once is full', () => {
    const signals = read('claude', json(result({ is_error: true, terminal_reason: 'rapid_refill_breaker', result: 'Stopped' })));
    expect(signals).toContainEqual(expect.objectContaining({ kind: 'context' }));
  });
});
