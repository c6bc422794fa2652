import { expect, test } from 'vitest';
import { rolloutInterpreter } from '../../../src/agents/codex/rollout.ts';
import { READING } from '../../kit/reading.ts';

function windowsIn(limits: unknown) {
  const payload = { type: 'token_count', info: null, rate_limits: limits };
  const line = JSON.stringify({ timestamp: '2026-11-30T12:00:00.000Z', ordinal: 13, type: 'event_msg', payload });
  return rolloutInterpreter(READING, { session: () => 't' })
    .read([line])
    .map((signal) =>
      signal.kind === 'window' ? [signal.name, signal.usedPercent, signal.resetsAtWall, signal.extra, signal.ofModel] : signal,
    );
}
const primary = { used_percent: 83.5, window_minutes: 300, resets_at: 1_796_060_000 };
const secondary = { used_percent: 41, window_minutes: 10_080, resets_at: 1_796_500_000 };

test.each([
  [
    'both windows, and credits that were bought (0.169.0)',
    { limit_id: 'codex', limit_name: 'codex', primary, secondary, credits: { has_credits: true, unlimited: false, balance: '12.5' } },
    [
      ['five_hour', 83.5, 1_796_060_000_000, 'possible', false],
      ['seven_day', 41, 1_796_500_000_000, 'possible', false],
    ],
  ],
  [
    'no credits',
    { limit_id: 'codex', primary, secondary: null, credits: { has_credits: false, unlimited: false } },
    [['five_hour', 83.5, 1_796_060_000_000, 'none', false]],
  ],
  [
    'credits without a limit are included',
    { primary, credits: { has_credits: true, unlimited: true } },
    [['five_hour', 83.5, 1_796_060_000_000, 'none', false]],
  ],
  [
    'the limit of a model',
    { limit_id: 'codex_spark', limit_name: 'GPT-Spark', primary },
    [['GPT-Spark five_hour', 83.5, 1_796_060_000_000, null, true]],
  ],
  ['another length', { primary: { ...primary, window_minutes: 60 } }, [['60 minutes', 83.5, 1_796_060_000_000, null, false]]],
  ['nothing is known', { limit_id: 'codex', primary: null, secondary: null, credits: null }, []],
  [
    'nonsense',
    { primary: { used_percent: 'x', window_minutes: 300, resets_at: 'y' }, secondary: { window_minutes: null } },
    [['five_hour', null, null, null, false]],
  ],
  ['null', null, []],
])('codex states %s', (_what, limits, expected) => {
  expect(windowsIn(limits)).toEqual(expected);
});
