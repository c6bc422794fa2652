import { describe, expect, test } from 'vitest';
import type { AgentName, Limit } from '../../../src/core/model/facts.ts';
import { json, NOON, read, rejected, result } from '../all/reading.ts';

const TODAY = '2026-06-10T';
const rate = (rateLimitType: string) => ({ ...rejected, rate_limit_info: { ...rejected.rate_limit_info, rateLimitType } });
const opencodeError = (data: object) => ({
  type: 'error',
  sessionID: 'ses_1',
  error: { name: 'APIError', data: { statusCode: 429, ...data } },
});

const limits = (agent: AgentName, lines: readonly string[]): Limit[] => read(agent, lines).filter((signal) => signal.kind === 'limit');

describe('which limit it is', () => {
  test.each<[AgentName, line: string, expected: Partial<Limit>]>([
    ['claude', '5-hour limit reached ∙ resets 2am', { name: 'five_hour', ofModel: false, isCap: false, provenance: 'assumed' }],
    ['claude', "You've hit your session limit · resets 6:50pm (America/New_York)", { name: 'five_hour', provenance: 'prose' }],
    ['claude', "You've hit your weekly limit · resets Jun 12 at 4pm (UTC)", { name: 'seven_day', ofModel: false, provenance: 'prose' }],
    ['claude', "You've hit your Opus limit · resets Jun 12 at 4pm (UTC)", { name: 'seven_day_opus', ofModel: true }],
    ['claude', "You've hit your limit · resets 8pm (Europe/Berlin)", { name: 'usage', ofModel: false }],
    ['claude', 'Claude AI usage limit reached|1781100000', { name: 'usage', provenance: 'structured' }],
    [
      'claude',
      "You've hit your monthly spend limit · raise it at claude.ai/settings/usage",
      { name: 'spend', isCap: true, resetsAtWall: null },
    ],
    ['claude', "You've hit your org's monthly usage limit", { name: 'monthly', isCap: true }],
    ['claude', 'Credit balance is too low', { name: 'credit', isCap: true }],
    ['claude', "You're out of extra usage · resets 11:30pm (Asia/Colombo)", { name: 'overage', isCap: false }],
    ['codex', "You've hit your usage limit. Try again later.", { name: 'usage', isCap: false, provenance: null }],
    [
      'codex',
      "You've hit your usage limit for GPT-5.3-Codex. Switch to another model now, or try again at 3:45 PM.",
      { name: 'gpt-5.3-codex', ofModel: true, provenance: 'assumed' },
    ],
    [
      'codex',
      "You've hit your usage limit. Visit https://chatgpt.com/codex to purchase more credits or try again at 3:45 PM.",
      { name: 'usage', isCap: false },
    ],
    ['codex', 'Your workspace is out of credits. Add credits to continue.', { name: 'credit', isCap: true }],
    ['codex', 'You hit your spend cap set in your workspace. Increase your spend cap to continue.', { name: 'spend', isCap: true }],
    ['codex', 'Quota exceeded. Check your plan and billing details.', { name: 'credit', isCap: true }],
    ['gemini', 'You have exhausted your daily quota on this model.', { name: 'daily', ofModel: true }],
    ['opencode', 'Monthly usage limit reached. It will reset in 10 days 19 hours.', { name: 'monthly', isCap: false, provenance: 'prose' }],
    ['opencode', '5 hour usage limit reached. It will reset in 5 hours 23 minutes.', { name: 'five_hour', provenance: 'prose' }],
  ])('%s: %s', (agent, line, expected) => {
    expect(limits(agent, [line])).toEqual([expect.objectContaining(expected)]);
  });

  test.each([
    ['five_hour', false],
    ['seven_day', false],
    ['seven_day_opus', true],
  ])('an event names it: %s', (type, ofModel) => {
    expect(limits('claude', json(rate(type)))).toMatchObject([
      { name: type, ofModel, resetsAtWall: 1_781_100_000_000, provenance: 'structured' },
    ]);
  });

  test('the event and the words after it are one limit', () => {
    const words = "You've hit your limit · resets 8pm (Europe/Berlin)";
    const found = limits('claude', json(rate('five_hour'), result({ is_error: true, api_error_status: 429, result: words })));
    expect(new Set(found.map(({ name, resetsAtWall, provenance }) => [name, resetsAtWall, provenance].join()))).toEqual(
      new Set(['five_hour,1781100000000,structured']),
    );
  });

  test('an event without a time takes it from the words', () => {
    const event = { ...rejected, rate_limit_info: { status: 'rejected', rateLimitType: 'seven_day' } };
    const last = limits('claude', json(event, result({ is_error: true, result: "You've hit your limit · resets 3pm (UTC)" }))).at(-1);
    expect(last).toMatchObject({ name: 'seven_day', resetsAtWall: Date.parse(`${TODAY}15:00:00Z`), provenance: 'prose' });
  });

  test.each([
    [
      { message: 'x', responseBody: '{"type":"usage_limit_reached","resets_at":1781100000}' },
      { name: 'usage', provenance: 'structured' },
    ],
    [
      { message: 'x', responseBody: '{"error":{"type":"FreeUsageLimitError"}}', responseHeaders: { 'retry-after': '7200' } },
      { name: 'free', provenance: 'structured', resetsAtWall: NOON + 7_200_000 },
    ],
    [
      {
        message: 'You exceeded your current quota, please check your plan and billing details.',
        responseBody: '{"code":"insufficient_quota"}',
      },
      { name: 'credit', isCap: true, resetsAtWall: null },
    ],
  ])('opencode passes on %j', (data, expected) => {
    expect(limits('opencode', json(opencodeError(data)))).toMatchObject([expected]);
  });
});

describe('an agent that retries by itself', () => {
  test.each<[AgentName, string[], string]>([
    [
      'claude',
      json({ type: 'system', subtype: 'api_retry', attempt: 3, max_retries: 10, error_status: 529, error: 'overloaded' }),
      'try 3 of 10: 529 overloaded',
    ],
    ['codex', json({ type: 'error', message: 'Reconnecting... 2/5 (waiting for network)' }), 'Reconnecting... 2/5 (waiting for network)'],
    ['codex', ['ERROR: Reconnecting... waiting for network'], 'Reconnecting... waiting for network'],
    [
      'gemini',
      ['Attempt 1 failed with status 503. Retrying with backoff...'],
      'Attempt 1 failed with status 503. Retrying with backoff...',
    ],
    [
      'opencode',
      ['Error from provider (Console Go): Provider rate limit exceeded [retrying in 15s attempt #5]'],
      'Error from provider (Console Go): Provider rate limit exceeded [retrying in 15s attempt #5]',
    ],
  ])('%s says so', (agent, lines, text) => {
    expect(read(agent, lines)).toContainEqual({ kind: 'retrying', text });
  });

  test('what the model or a tool says about it does not count', () => {
    const said = { type: 'item.completed', item: { type: 'agent_message', text: 'Reconnecting... 1/5' } };
    expect(read('codex', json(said))).toEqual([]);
  });
});
