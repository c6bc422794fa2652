import { expect, test } from 'vitest';
import { agentFor } from '../../../src/agents/registry.ts';
import type { AgentName } from '../../../src/core/model/facts.ts';

const INPUT = { command: 'git push' };
/** Two calls with their results, as each prints them, the second of which only reads. */
const OUTPUTS: readonly (readonly [AgentName, ...events: object[]])[] = [
  [
    'codex',
    { type: 'item.started', item: { id: 'item_1', type: 'command_execution', command: JSON.stringify(INPUT) } },
    { type: 'item.completed', item: { id: 'item_1', type: 'command_execution', command: JSON.stringify(INPUT), exit_code: 0 } },
    { type: 'item.completed', item: { id: 'item_2', type: 'agent_message', text: 'I pushed.' } },
  ],
  [
    'opencode',
    { type: 'tool_use', timestamp: 1_795_343_237_233, part: { callID: 'c1', tool: 'bash', state: { status: 'completed', input: INPUT } } },
    { type: 'tool_use', timestamp: 1_795_343_238_233, part: { callID: 'c2', tool: 'read', state: { status: 'completed', input: {} } } },
  ],
  [
    'cline',
    {
      ts: 't',
      type: 'agent_event',
      event: { type: 'content_start', contentType: 'tool', toolName: 'run_commands', toolCallId: 'c1', input: INPUT },
    },
    {
      ts: 't',
      type: 'agent_event',
      event: { type: 'content_end', contentType: 'tool', toolName: 'run_commands', toolCallId: 'c1', output: [] },
    },
    {
      ts: 't',
      type: 'agent_event',
      event: { type: 'content_start', contentType: 'tool', toolName: 'read_files', toolCallId: 'c2', input: {} },
    },
  ],
  [
    'copilot',
    { type: 'tool.execution_start', data: { toolCallId: 'c1', toolName: 'bash', arguments: INPUT } },
    { type: 'tool.execution_complete', data: { toolCallId: 'c1', success: true } },
    { type: 'tool.execution_start', data: { toolCallId: 'c2', toolName: 'view', arguments: {} } },
  ],
  [
    'pi',
    { type: 'tool_execution_start', toolCallId: 'c1', toolName: 'bash', args: INPUT },
    { type: 'tool_execution_end', toolCallId: 'c1', toolName: 'bash', result: {} },
    { type: 'tool_execution_start', toolCallId: 'c2', toolName: 'ls', args: {} },
  ],
];

const nowhere = { HOME: '/nowhere', XDG_DATA_HOME: '/nowhere', CODEX_HOME: '/nowhere' };

const cases = OUTPUTS.map(([name, ...events]) => ({ name, events }));

test.each(cases)('$name: without a record, a session that knows of no call gets those of the output', ({ name, events }) => {
  const output = events.map((event) => JSON.stringify(event));
  for (const session of [null, '3f1c2a1e-8f2c-4d55-9d5e-0f9f4f0f3a11']) {
    const calls = agentFor(name).openCalls?.(session, nowhere, { wall: 0, output, isForgotten: true });
    expect(calls?.map(({ input }) => input)).toEqual([JSON.stringify(INPUT)]);
  }
});
