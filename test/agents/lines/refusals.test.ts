import { describe, expect, test } from 'vitest';
import { refusal } from '../../../src/agents/lines/refusals.ts';
import type { AgentName } from '../../../src/core/model/facts.ts';
import { claudeSays, inShort, json, read, result } from '../all/reading.ts';

const codexFails = (message: string) => json({ type: 'turn.failed', error: { message } });
const geminiFails = (message: string) => json({ type: 'result', status: 'error', error: { message } });
const opencodeFails = (statusCode: number, message: string, more: object = {}) =>
  json({ type: 'error', sessionID: 'ses_1', error: { name: 'APIError', data: { statusCode, message, ...more } } });
const kind = (agent: AgentName, lines: readonly string[]): string =>
  inShort(read(agent, lines))
    .replace(/ ?(?:session|turn:badly|retrying)/g, '')
    .trim();

test('the same words may mean something else later: a time that they state passes', () => {
  const text = 'API Error: 429 Too many requests. Available at 2026-11-30 12:30:00 UTC';
  const at = (time: string) =>
    refusal(text, { atWall: () => Date.parse(`2026-11-30T${time}:00Z`), zone: 'UTC', session: () => null })?.kind;
  expect([at('12:00'), at('12:29'), at('12:00')]).toEqual(['limit', 'transient', 'limit']);
});

describe('words of one agent that no other program uses', () => {
  test.each<[AgentName, line: string, expected: string]>([
    ['claude', 'prompt is too long: 210000 tokens > 200000 maximum', 'context'],
    ['claude', 'Context limit reached', 'context'],
    ['claude', 'Claude AI usage limit reached|1790000000', 'limit'],
    ['claude', 'A-window-of-a-name-of-28-chars limit reached ∙ resets 8pm', 'limit'],
    ['claude', 'Invalid API key · Please run /login', 'auth'],
    ['claude', 'Invalid bearer token', 'auth'],
    ['claude', 'No conversation found with session ID: 01a2', 'session-missing'],
    ['gemini', 'Invalid session identifier "x"', 'session-missing'],
    ['gemini', 'No previous sessions found for this project.', 'session-missing'],
    ['gemini', 'Please set an Auth method in your settings.json', 'auth'],
    ['qwen', 'No saved session found with ID x', 'session-missing'],
    ['qwen', 'Session 01a2 not found', 'session-missing'],
    ['qwen', 'Qwen OAuth quota exceeded', 'limit'],
    ['codex', 'Your workspace is out of credits. Add credits to continue.', 'limit'],
    ['codex', 'You hit your spend cap set by the owner of your workspace.', 'limit'],
    ['codex', "Codex ran out of room in the model's context window.", 'context'],
    ['codex', 'thread 01a2 already has an active writer', 'transient'],
    ['codex', 'We’re currently experiencing high demand', 'transient'],
    ['codex', 'Selected model is at capacity. Please try a different model.', 'transient'],
    ['codex', 'exceeded retry limit, last status: 500', 'transient'],
    ['codex', 'stream disconnected before completion', 'transient'],
  ])('%s: %s: %s', (agent, line, expected) => {
    expect(inShort(read(agent, [line])).trim()).toBe(expected);
  });
});

describe('what a refusal means, in any wording', () => {
  test.each<[AgentName, line: string, expected: string]>([
    [
      'claude',
      'API Error: 429 {"error":{"code":"1308","message":"Usage limit reached for 5 hour. Your limit will reset at 2026-06-10 16:31:05"}}',
      'limit',
    ],
    [
      'claude',
      'API Error: 429 {"error":{"message":"[1310][Weekly/Monthly Limit Exhausted. Your limit will reset at 2026-06-14 10:03:40]"}}',
      'limit',
    ],
    ['claude', 'API Error: 402 {"error":{"message":"Payment required"}}', 'limit'],
    ['claude', 'API Error: 403 {"error":{"message":"The monthly quota of this key is used up"}}', 'limit'],
    ['claude', 'API Error: 403 {"error":{"message":"Request forbidden"}}', 'auth'],
    ['claude', 'API Error: 403 <html><title>Cloudflare</title>', 'transient'],
    ['claude', 'API Error: 503 Overloaded. Please try again in 45 minutes', 'limit'],
    ['claude', 'API Error: 429 {"error":{"message":"Number of requests has exceeded your per-minute rate limit"}}', 'transient'],
    ['claude', 'API Error: 429 Server is busy (not your usage limit); your quota is not exhausted', 'transient'],
    [
      'claude',
      'API Error: 400 {"error":{"message":"messages.41.content.31.image.source: dimensions exceed 512 of 403 pixels"}}',
      'refused',
    ],
    ['claude', 'API Error: 400 {"error":{"message":"tools.3.connection: Field required"}}', 'refused'],
    ['claude', 'API Error: 400 {"error":{"message":"API key not valid. Please pass a valid API key."}}', 'auth'],
    ['claude', 'API Error: 500 {"error":{"message":"forbidden"}}', 'transient'],
    ['claude', 'API Error: 418 {"error":{"message":"a teapot"}}', 'refused'],
    ['claude', 'API Error: 400 {"error":{"message":"prompt is too long: 210000 tokens > 200000 maximum"}}', 'context'],
    ['claude', 'Your organization has disabled Claude subscription access for Claude Code · Use an API key instead', 'auth'],
    ['claude', 'Please run /login · API Error: 403 {"error":{"message":"Account is no longer a member of the organization"}}', 'auth'],
    ['claude', 'Error: Exceeded USD budget (1)', 'cap'],
    ['gemini', 'TerminalQuotaError: You have exhausted your capacity on this model. Your quota will reset after 19h56m36s.', 'limit'],
    ['gemini', 'Attempt 1 failed: Your quota will reset after 3h12m5s.. Retrying after 12457681ms...', 'limit'],
    [
      'gemini',
      'Attempt 1 failed: You have exhausted your capacity on this model. Your quota will reset after 5s.. Retrying after 6173ms...',
      'transient',
    ],
    ['qwen', 'Retrying in 60s (attempt 1/10): [API Error: 429 You exceeded your current quota, please check your plan.]', 'limit'],
    ['qwen', 'Retrying in 2s (attempt 1/10): [API Error: 503 busy]', 'transient'],
    ['codex', 'ERROR: Your access token could not be refreshed. Please log out and sign in again.', 'auth'],
    ['claude', 'API Error: 429 {"error":{"message":"You have exceeded your daily token quota"}}', 'limit'],
    ['claude', 'API Error: 429 {"error":{"message":"Weekly token limit exceeded"}}', 'limit'],
    ['claude', 'API Error: 429 {"error":{"message":"Output token limit exceeded"}}', 'transient'],
    ['claude', 'API Error: 429 {"error":{"message":"Rate limit exceeded: free-models-per-day"}}', 'limit'],
    ['claude', 'API Error: 429 {"error":{"message":"concurrency limit exceeded"}}', 'transient'],
    ['claude', 'API Error: 429 {"error":{"message":"Too many requests. Retry after 600 seconds"}}', 'limit'],
    ['claude', 'API Error: 403 {"error":{"message":"Your account has been suspended"}}', 'auth'],
    ['claude', 'USAGE LIMIT REACHED. RESETS IN 3 HOURS', 'limit'],
    ['gemini', "[API Error: Quota exceeded for quota metric 'Generate Content API requests per minute']", 'transient'],
    ['gemini', '[API Error: MODEL_CAPACITY_EXHAUSTED: No capacity available for model]', 'transient'],
    ['gemini', 'Suggested retry after 3600s.', 'limit'],
    ['codex', "Reconnecting... 1/5 (You've hit your usage limit; try again in 3 hours)", ''],
    // Prose by a model.
    ['claude', 'The quota service returns 429 when the limit is exceeded.', ''],
    ['gemini', 'I have exhausted all ideas; the weekly limit was reached in the test.', ''],
  ])('%s: %s: %s', (agent, line, expected) => {
    expect(kind(agent, [line])).toBe(expected);
  });

  test.each<[AgentName, lines: string[], expected: string]>([
    ['codex', codexFails('stream disconnected before completion: You exceeded your current quota, please check your plan.'), 'limit'],
    ['codex', codexFails('stream disconnected before completion: error sending request'), 'transient'],
    ['codex', codexFails('Your refresh token was already used. Please log out and sign in again.'), 'auth'],
    ['codex', codexFails('unexpected status 418: a teapot'), 'refused'],
    ['gemini', geminiFails('[API Error: You have exhausted your capacity on this model. Your quota will reset after 5h59m59s.]'), 'limit'],
    ['gemini', geminiFails('INSUFFICIENT_G1_CREDITS_BALANCE'), 'limit'],
    ['gemini', geminiFails('[API Error: {"error":{"code":429,"message":"Resource has been exhausted (e.g. check quota)."}}]'), 'transient'],
    ['opencode', opencodeFails(429, 'Weekly/Monthly Limit Exhausted. Your limit will reset at 2026-06-14 10:03:40'), 'limit'],
    ['opencode', opencodeFails(402, 'Insufficient credits'), 'limit'],
    ['opencode', opencodeFails(403, 'quota_exceeded'), 'limit'],
    ['opencode', opencodeFails(429, 'Too many requests', { responseHeaders: { 'x-ratelimit-reset': '1781121600000' } }), 'limit'],
    ['opencode', opencodeFails(429, 'Too many requests', { responseHeaders: { 'retry-after': '3' } }), 'transient'],
    ['opencode', opencodeFails(503, 'busy', { responseHeaders: { 'retry-after': '900' } }), 'limit'],
    ['opencode', opencodeFails(403, 'Forbidden: request was blocked'), 'transient'],
    ['codex', json({ type: 'error', message: "Reconnecting... 1/5 (You've hit your usage limit; try again in 3 hours)" }), 'limit'],
    ['opencode', opencodeFails(418, 'a teapot'), 'refused'],
    ['qwen', json(result({ is_error: true, error: { message: '[API Error: 401 Incorrect API key provided]' } })), 'auth'],
    [
      'qwen',
      json(result({ is_error: true, error: { message: "[API Error: 400 This model's maximum context length is 8192 tokens]" } })),
      'context',
    ],
    ['claude', json(result({ is_error: true, subtype: 'error_max_budget_usd', errors: ['Reached maximum budget ($1)'] })), 'cap'],
    ['claude', json(result({ is_error: true, subtype: 'error_max_turns', errors: ['Reached maximum number of turns (1)'] })), 'error'],
    ['claude', json(result({ is_error: true, api_error_status: 422, result: 'no words for it' })), 'refused'],
    ['claude', json({ type: 'rate_limit_event', rate_limit_info: { status: 'rejected', isUsingOverage: false } }), ''],
  ])('%s: %j: %s', (agent, lines, expected) => {
    expect(kind(agent, lines)).toBe(expected);
  });

  test.each<[AgentName, lines: string[]]>([
    ['claude', json(claudeSays({ type: 'text', text: 'Please run /login: your weekly limit is exhausted' }))],
    ['codex', json({ type: 'item.completed', item: { type: 'agent_message', text: 'You exceeded your current quota' } })],
    ['gemini', json({ type: 'message', role: 'assistant', content: 'Your quota will reset after 5h.' })],
    ['opencode', json({ type: 'text', sessionID: 'ses_1', part: { text: 'Error: quota exceeded, resets in 5 hours' } })],
    ['qwen', json({ type: 'user', message: { content: 'Retrying in 60s (attempt 1/10): [API Error: 429 quota exceeded]' } })],
  ])('%s: what a model says or a tool reads is not a refusal: %j', (agent, lines) => {
    expect(kind(agent, lines)).toBe('');
  });
});
