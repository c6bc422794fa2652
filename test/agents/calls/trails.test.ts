import { expect, test } from 'vitest';
import { messageTrail } from '../../../src/agents/calls/message-trail.ts';
import type { Trail } from '../../../src/agents/calls/open.ts';
import { codexTrail } from '../../../src/agents/codex/trail.ts';
import { geminiTrail } from '../../../src/agents/gemini/trail.ts';

const AT = '2026-11-30T17:03:37.350Z';
const INPUT = { command: 'git push' };
const response = { type: 'response_item', timestamp: AT };

/** A call and its result, as one program writes them. */
const ROWS: readonly (readonly [what: string, trail: (lines: readonly string[]) => Trail, called: object, result: object])[] = [
  [
    'claude, output and record',
    messageTrail,
    { type: 'assistant', timestamp: AT, message: { content: [{ type: 'tool_use', id: 'c1', name: 'Bash', input: INPUT }] } },
    { type: 'user', message: { content: [{ type: 'tool_result', tool_use_id: 'c1', content: 'ok' }] } },
  ],
  [
    'qwen, record',
    messageTrail,
    { type: 'assistant', timestamp: AT, message: { role: 'model', parts: [{ functionCall: { id: 'c1', name: 'Bash', args: INPUT } }] } },
    { type: 'tool_result', message: { parts: [{ functionResponse: { id: 'c1', name: 'Bash', response: {} } }] } },
  ],
  [
    'gemini, output',
    geminiTrail,
    { type: 'tool_use', timestamp: AT, tool_name: 'Bash', tool_id: 'c1', parameters: INPUT },
    { type: 'tool_result', timestamp: AT, tool_id: 'c1', status: 'success' },
  ],
  [
    'gemini, record',
    geminiTrail,
    { type: 'gemini', timestamp: AT, toolCalls: [{ id: 'c1', name: 'Bash', args: INPUT }] },
    { type: 'user', content: [{ functionResponse: { id: 'c1' } }] },
  ],
  [
    'codex, record',
    codexTrail,
    { ...response, payload: { type: 'function_call', call_id: 'c1', name: 'Bash', arguments: JSON.stringify(INPUT) } },
    { ...response, payload: { type: 'function_call_output', call_id: 'c1', output: 'ok' } },
  ],
  [
    'codex, a patch',
    codexTrail,
    { ...response, payload: { type: 'custom_tool_call', call_id: 'c1', name: 'Bash', input: JSON.stringify(INPUT) } },
    { ...response, payload: { type: 'custom_tool_call_output', call_id: 'c1', output: 'ok' } },
  ],
];

test.each(ROWS)('%s: a call, and its result', (_what, trail, called, result) => {
  const lines = [called, result].map((event) => JSON.stringify(event));
  expect(trail(lines)).toEqual({
    calls: [{ id: 'c1', tool: 'Bash', input: '{"command":"git push"}', atWall: Date.parse(AT) }],
    results: new Set(['c1']),
  });
  expect(trail(lines.slice(0, 1)).results.size).toBe(0);
});

test.each(ROWS)('%s: torn lines and other events have no calls', (_what, trail, called) => {
  const whole = JSON.stringify(called);
  const lines = [
    whole.slice(0, -9),
    '"tool_use" "tool_result" "toolCalls" "functionCall" "function_call"',
    '',
    'null',
    '7',
    '{"type":"user","message":null}',
  ];
  expect(trail(lines)).toEqual({ calls: [], results: new Set() });
});

test('a text that looks like a call is none', () => {
  const text = JSON.stringify({ type: 'tool_use', id: 'c9', name: 'Bash', input: INPUT });
  expect(messageTrail([JSON.stringify({ type: 'assistant', message: { content: [{ type: 'text', text }] } })]).calls).toEqual([]);
});
