import { describe, expect, test } from 'vitest';
import { claudeInterpreter } from '../../../src/agents/claude/lines.ts';
import type { UsageWindow } from '../../../src/core/model/signals.ts';
import { READING } from '../../kit/reading.ts';

const AT = 1_796_060_000;

function windowsIn(info: unknown): readonly UsageWindow[] {
  const interpreter = claudeInterpreter(READING, { atWall: () => 0, zone: 'UTC', session: () => null });
  const line = JSON.stringify({ type: 'rate_limit_event', rate_limit_info: info });
  return interpreter.read([line]).flatMap((signal) => (signal.kind === 'window' ? [signal] : []));
}
const inShort = ({ name, usedPercent, resetsAtWall, extra, ofModel }: UsageWindow): string =>
  [name, usedPercent, resetsAtWall === null ? null : resetsAtWall / 1000 - AT, extra, ...(ofModel ? ['of its model'] : [])].join(' ');

describe('the usage windows that claude states', () => {
  test.each([
    [
      'all of them (2.1.332)',
      {
        status: 'allowed_warning',
        resetsAt: AT,
        rateLimitType: 'five_hour',
        utilization: 0.83,
        overageStatus: 'rejected',
        isUsingOverage: false,
        unifiedWindows: {
          five_hour: { utilization: 0.83, resetsAt: AT, status: 'allowed_warning' },
          seven_day: { utilization: 0.41, resetsAt: AT + 440_000 },
        },
      },
      ['five_hour 83 0 none', 'seven_day 41 440000 none'],
    ],
    [
      'the one that it names',
      { status: 'allowed_warning', resetsAt: AT, rateLimitType: 'five_hour', utilization: 0.914 },
      ['five_hour 91.4 0 '],
    ],
    [
      'a window without a percentage',
      { status: 'allowed', resetsAt: AT, rateLimitType: 'five_hour', isUsingOverage: false },
      ['five_hour  0 '],
    ],
    ['a refusal says that it is spent', { status: 'rejected', resetsAt: AT, rateLimitType: 'five_hour' }, ['five_hour 100 0 ']],
    [
      'a window of one model',
      { status: 'allowed_warning', resetsAt: AT, rateLimitType: 'seven_day_opus', utilization: 0.5 },
      ['seven_day_opus 50 0  of its model'],
    ],
    [
      'windows of models, of which only the one that it names is of its own model',
      {
        rateLimitType: 'seven_day_opus',
        unifiedWindows: { five_hour: { utilization: 0.1 }, seven_day_opus: { utilization: 0.95 }, seven_day_sonnet: { utilization: 0.2 } },
      },
      ['five_hour 10  ', 'seven_day_opus 95   of its model'],
    ],
    [
      'the window that it names is not among the others',
      { rateLimitType: 'seven_day_opus', utilization: 0.95, resetsAt: AT, unifiedWindows: { five_hour: { utilization: 0.1 } } },
      ['five_hour 10  ', 'seven_day_opus 95 0  of its model'],
    ],
    ['a server without windows (2.1.332)', { status: 'allowed', isUsingOverage: false }, []],
    [
      'extra usage in use, because of the window that is spent',
      {
        status: 'allowed',
        rateLimitType: 'five_hour',
        isUsingOverage: true,
        overageStatus: 'allowed',
        unifiedWindows: { five_hour: { utilization: 1, resetsAt: AT }, seven_day: { utilization: 0.2, resetsAt: AT } },
      },
      ['five_hour 100 0 in-use', 'seven_day 20 0 possible'],
    ],
    [
      'extra usage in use, without a percentage',
      { status: 'allowed', rateLimitType: 'five_hour', isUsingOverage: true, resetsAt: AT },
      ['five_hour  0 in-use'],
    ],
    [
      'extra usage that is refused is none',
      { status: 'rejected', rateLimitType: 'five_hour', isUsingOverage: true, overageStatus: 'rejected', resetsAt: AT },
      ['five_hour 100 0 none'],
    ],
    [
      'milliseconds are understood',
      { status: 'allowed', rateLimitType: 'five_hour', utilization: 0.1, resetsAt: AT * 1000 },
      ['five_hour 10 0 '],
    ],
    ['nonsense', { status: 'allowed', rateLimitType: 'five_hour', utilization: 'much', resetsAt: 'soon' }, ['five_hour   ']],
    ['nonsense in windows', { status: 'allowed', unifiedWindows: { five_hour: null, seven_day: 3, x: { utilization: -1 } } }, ['x   ']],
    ['more than all', { status: 'allowed', rateLimitType: 'five_hour', utilization: 1.2 }, ['five_hour 100  ']],
    ['no windows at all', { status: 'allowed', unifiedWindows: null }, []],
    ['nothing', undefined, []],
  ])('%s', (_what, info, expected) => {
    expect(windowsIn(info).map(inShort)).toEqual(expected);
  });

  test('text that a tool read is no event', () => {
    const interpreter = claudeInterpreter(READING, { atWall: () => 0, zone: 'UTC', session: () => null });
    const line = JSON.stringify({ type: 'user', message: { content: [{ type: 'tool_result', content: '{"type":"rate_limit_event"}' }] } });
    expect(interpreter.read([line]).filter(({ kind }) => kind === 'window')).toEqual([]);
  });
});
