import { describe, expect, test } from 'vitest';
import type { AgentName } from '../../../src/core/model/facts.ts';
import { claudeSays, inShort, json, LIMIT, read, result } from './reading.ts';

describe('what lines mean', () => {
  test.each<[AgentName, what: string, lines: string[], expected: string]>([
    ['claude', 'a turn that ended well', json(result({ subtype: 'success', is_error: false, result: 'fine' })), 'turn:well'],
    ['claude', 'an answer that reads like a limit', json(result({ subtype: 'success', is_error: false, result: LIMIT })), 'turn:well'],
    ['claude', 'an answer that quotes a result', json(claudeSays({ type: 'text', text: '{"type":"result","is_error":true}' })), ''],
    [
      'claude',
      'the operator’s interrupt',
      json(result({ is_error: true, terminal_reason: 'aborted_tools', subtype: 'error_during_execution' })),
      'turn:badly',
    ],
    [
      'claude',
      'a prompt that is too long',
      json(result({ is_error: true, terminal_reason: 'prompt_too_long', result: 'Prompt is too long' })),
      'context turn:badly',
    ],
    [
      'claude',
      'a limit by its reason',
      json(result({ is_error: true, terminal_reason: 'blocking_limit', result: 'No.' })),
      'limit turn:badly',
    ],
    [
      'claude',
      'no connection',
      json(result({ is_error: true, api_error_status: null, result: 'API Error: Connection refused — (ECONNREFUSED)' })),
      'transient turn:badly',
    ],
    [
      'claude',
      'a refusal in other words',
      json(result({ is_error: true, api_error_status: 529, result: 'Something new' })),
      'transient turn:badly',
    ],
    ['claude', 'a failure in other words', json(result({ is_error: true, subtype: 'error_max_turns' })), 'error turn:badly'],
    [
      'claude',
      'a session that is gone',
      json(result({ is_error: true, subtype: 'error_during_execution', errors: ['No conversation found with session ID: x'] })),
      'session-missing turn:badly',
    ],
    ['claude', 'a tool', json(claudeSays({ type: 'tool_use', name: 'Bash', input: { command: 'ls' } })), 'tool'],
    ['claude', 'an answer that reads like a tool', json(claudeSays({ type: 'text', text: '{"type":"tool_use"}' })), ''],
    [
      'claude',
      'extra usage that nobody uses',
      json({ type: 'rate_limit_event', rate_limit_info: { status: 'allowed', overageStatus: 'rejected', isUsingOverage: false } }),
      '',
    ],
    [
      'claude',
      'extra usage that is spent',
      json({ type: 'rate_limit_event', rate_limit_info: { status: 'allowed', overageStatus: 'rejected', isUsingOverage: true } }),
      'limit',
    ],
    ['claude', 'a retry', json({ type: 'system', subtype: 'api_retry', attempt: 1, error_status: 429 }), 'retrying'],
    ['claude', 'a denied permission', json({ type: 'system', subtype: 'permission_denied', tool_name: 'Bash' }), 'permission'],
    [
      'claude',
      'a transcript that could not be written',
      json({ type: 'system', subtype: 'session_writes_lost', error_code: 'ENOSPC' }),
      'no-space',
    ],
    ['claude', 'file watchers', ['Error: ENOSPC: System limit for number of file watchers reached'], 'error'],
    ['claude', 'colours', [`\u001b[31m${LIMIT}\u001b[0m`], 'limit'],
    ['claude', 'a torn line, and others', ['{"type":"result","is_err', '{', 'null', '[]', '', '> Hello'], ''],
    ['claude', 'a session that is not written yet', json({ type: 'system', subtype: 'init', session_id: 'a' }), ''],
    ['claude', 'a session that is', json({ ...claudeSays(), session_id: 'a' }, { ...claudeSays(), session_id: 'a' }), 'session'],
    [
      'codex',
      'a typographic apostrophe',
      json({ type: 'turn.failed', error: { message: 'You’ve hit your usage limit. Try again at 12:49 PM.' } }),
      'limit turn:badly',
    ],
    ['codex', 'its prose', ['ERROR: Your workspace is out of credits. Add credits to continue.'], 'limit'],
    [
      'codex',
      'a refused key',
      json({ type: 'turn.failed', error: { message: 'unexpected status 401 Unauthorized: no such key' } }),
      'auth turn:badly',
    ],
    ['codex', 'a failure in other words', json({ type: 'turn.failed', error: { message: 'no idea' } }), 'error turn:badly'],
    ['codex', 'a failure without words', json({ type: 'turn.failed' }), 'error turn:badly'],
    [
      'codex',
      'a tool that reads a limit',
      json({ type: 'item.completed', item: { type: 'command_execution', aggregated_output: 'Quota exceeded.' } }),
      'tool',
    ],
    [
      'codex',
      'a thread that is gone',
      ['Error: thread/resume: thread/resume failed: no rollout found for thread id 01a2 (code -32600)'],
      'session-missing',
    ],
    [
      'codex',
      'another writer',
      ['Error: thread/resume: thread/resume failed: thread 01a2 already has an active writer (code -32600)'],
      'transient',
    ],
    [
      'codex',
      'a transcript that could not be written',
      json({
        type: 'item.completed',
        item: { type: 'error', message: 'Failed to save the conversation transcript: No space left on device (os error 28)' },
      }),
      'no-space',
    ],
    ['codex', 'what it copes with itself', ['2026-11-22T10:56:13.864077Z ERROR codex_models_manager::cache: failed: 401 Unauthorized'], ''],
    ['gemini', 'a turn that ended well', json({ type: 'result', status: 'success' }), 'turn:well'],
    [
      'gemini',
      'a spent day',
      json({ type: 'result', status: 'error', error: { message: '[API Error: You have exhausted your daily quota on this model.]' } }),
      'limit turn:badly',
    ],
    [
      'gemini',
      'a busy provider',
      json({ type: 'result', status: 'error', error: { message: '[API Error: {"error":{"code":503,"status":"UNAVAILABLE"}}]' } }),
      'transient turn:badly',
    ],
    ['gemini', 'a prompt that quotes', json({ type: 'message', role: 'user', content: '[API Error: 401]' }), ''],
    [
      'gemini',
      'a tool that reads',
      json({ type: 'tool_result', status: 'success', output: 'You have exhausted your daily quota' }),
      'tool',
    ],
    ['gemini', 'its prose', ['[API Error: {"error":{"code":401,"message":"API key not valid","status":"UNAUTHENTICATED"}}]'], 'auth'],
    [
      'qwen',
      'success that is none',
      json({ type: 'result', subtype: 'success', is_error: false, result: '[API Error: 401 API key not valid]' }),
      'auth turn:badly',
    ],
    [
      'qwen',
      'no connection',
      json({ type: 'result', subtype: 'success', is_error: false, result: '[API Error: Connection error. (cause: fetch failed)]' }),
      'transient turn:badly',
    ],
    [
      'qwen',
      'a spent account',
      json({ type: 'result', is_error: true, result: '[API Error: 429 insufficient_quota: You exceeded your current quota]' }),
      'limit turn:badly',
    ],
    [
      'qwen',
      'a busy provider',
      json({ type: 'result', is_error: true, result: '[API Error: 429 Rate limit reached]' }),
      'transient turn:badly',
    ],
    [
      'qwen',
      'too long a history',
      json({ type: 'result', is_error: true, result: "[API Error: 400 This model's maximum context length is 8192 tokens]" }),
      'context turn:badly',
    ],
    [
      'qwen',
      'a turn that ended well',
      json({ type: 'result', subtype: 'success', is_error: false, result: 'see [API Error: 401]' }),
      'turn:well',
    ],
    ['generic', 'a full disk', ['make: write error: No space left on device'], 'no-space'],
    ['generic', 'an article', ['what to do when there is no space left on device sda1'], ''],
  ])('%s: %s', (agent, _what, lines, expected) => {
    expect(inShort(read(agent, lines))).toBe(expected);
  });
});
