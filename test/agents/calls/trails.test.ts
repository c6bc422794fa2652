import { expect, test } from 'vitest';
import { messageTrail } from '../../../src/agents/calls/message-trail.ts';
import type { Trail } from '../../../src/agents/calls/open.ts';
import { clineTrail } from '../../../src/agents/cline/trail.ts';
import { codexTrail } from '../../../src/agents/codex/trail.ts';
import { copilotTrail } from '../../../src/agents/copilot/trail.ts';
import { geminiTrail } from '../../../src/agents/gemini/trail.ts';
import { outputTrail as opencodeTrail } from '../../../src/agents/opencode/trail.ts';
import { piTrail } from '../../../src/agents/pi/trail.ts';

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
    'pi, output',
    piTrail,
    { type: 'tool_execution_start', toolCallId: 'c1', toolName: 'Bash', args: INPUT, timestamp: AT },
    { type: 'tool_execution_end', toolCallId: 'c1', toolName: 'Bash', result: {}, isError: false },
  ],
  [
    'pi, record',
    piTrail,
    {
      type: 'message',
      timestamp: AT,
      message: { role: 'assistant', content: [{ type: 'toolCall', id: 'c1', name: 'Bash', arguments: INPUT }] },
    },
    { type: 'message', message: { role: 'toolResult', toolCallId: 'c1', toolName: 'Bash', content: [] } },
  ],
  [
    'copilot, an answer',
    copilotTrail,
    { type: 'assistant.message', timestamp: AT, data: { toolRequests: [{ toolCallId: 'c1', name: 'Bash', arguments: INPUT }] } },
    { type: 'tool.execution_complete', data: { toolCallId: 'c1', success: true } },
  ],
  [
    'copilot, an execution',
    copilotTrail,
    { type: 'tool.execution_start', timestamp: AT, data: { toolCallId: 'c1', toolName: 'Bash', arguments: INPUT } },
    { type: 'tool.execution_complete', data: { toolCallId: 'c1', success: false } },
  ],
  [
    'cline, output',
    clineTrail,
    {
      ts: AT,
      type: 'agent_event',
      event: { type: 'content_start', contentType: 'tool', toolCallId: 'c1', toolName: 'Bash', input: INPUT },
    },
    { ts: AT, type: 'agent_event', event: { type: 'content_end', contentType: 'tool', toolCallId: 'c1', toolName: 'Bash', output: [] } },
  ],
  [
    'opencode, output',
    // It has a call when it is over.
    opencodeTrail,
    { type: 'tool_use', timestamp: Date.parse(AT), part: { callID: 'c1', tool: 'Bash', state: { input: INPUT } } },
    { type: 'tool_use', timestamp: Date.parse(AT), part: { callID: 'c1', tool: 'Bash', state: { input: INPUT } } },
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
  expect(trail(lines.slice(0, 1)).results.size).toBe(trail === opencodeTrail ? 1 : 0);
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
