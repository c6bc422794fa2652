import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { agentFor } from '../../../src/agents/registry.ts';
import { type Calls, cycleOf, withCall } from '../../../src/core/calls/cycle.ts';
import type { AgentName, Signal } from '../../../src/core/model/facts.ts';
import { specWith } from '../../kit/core/world.ts';

const read = (agent: AgentName, lines: readonly string[]): Signal[] =>
  agentFor(agent)
    .interpreter(specWith(), { atWall: () => 0, zone: 'UTC', session: () => null })
    .read(lines);

const calls = (signals: readonly Signal[]): Calls | undefined =>
  signals.reduce<Calls | undefined>(
    (known, signal) => (signal.kind === 'called' || signal.kind === 'returned' ? withCall(known, signal) : known),
    undefined,
  );
const timesIn = (agent: AgentName, lines: readonly string[]): number => cycleOf(calls(read(agent, lines)), 2)?.times ?? 1;

/** What an agent writes about its nth call of a tool, as the real ones do, without what it says. */
type Writes = (n: number, input: object, output: string) => readonly object[];

const claude: Writes = (n, input, output) => [
  {
    type: 'assistant',
    message: {
      id: `msg_${n}`,
      role: 'assistant',
      content: [{ type: 'tool_use', id: `toolu_${n}`, name: 'Bash', input }],
      stop_reason: null,
      usage: { input_tokens: 100 + n },
    },
    parent_tool_use_id: null,
    session_id: 's',
    uuid: `u${n}`,
    timestamp: `2026-11-22T10:47:${10 + n}.747Z`,
  },
  {
    type: 'user',
    message: { role: 'user', content: [{ tool_use_id: `toolu_${n}`, type: 'tool_result', content: output, is_error: false }] },
    parent_tool_use_id: null,
    uuid: `v${n}`,
    timestamp: `2026-11-22T10:47:${10 + n}.931Z`,
    tool_use_result: { stdout: output, took: n },
  },
];

const qwen: Writes = (n, input, output) => [
  {
    type: 'assistant',
    uuid: `u${n}`,
    parent_tool_use_id: null,
    message: {
      id: `m${n}`,
      role: 'assistant',
      content: [{ type: 'tool_use', id: `call_${n}`, name: 'run_shell_command', input }],
      stop_reason: 'tool_use',
      usage: { input_tokens: 1000 + n },
    },
  },
  {
    type: 'user',
    uuid: `v${n}`,
    parent_tool_use_id: null,
    message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: `call_${n}`, is_error: false, content: output }] },
  },
];

const codex: Writes = (n, { command }: { command?: string }, output) => [
  { type: 'item.started', item: { id: `item_${n}`, type: 'command_execution', command, aggregated_output: '', exit_code: null } },
  {
    type: 'item.completed',
    item: { id: `item_${n}`, type: 'command_execution', command, aggregated_output: output, exit_code: 0, status: 'completed' },
  },
];

const opencode: Writes = (n, input, output) => [
  {
    type: 'tool_use',
    timestamp: 1_795_343_314_954 + n,
    sessionID: 'ses_1',
    part: {
      type: 'tool',
      tool: 'bash',
      callID: `call_${n}`,
      state: { status: 'completed', input, output, metadata: { exit: 0 }, title: 'x', time: { start: 1000 + n, end: 2000 + n } },
      id: `prt_${n}`,
      messageID: `msg_${n}`,
    },
  },
];

const gemini: Writes = (n, parameters, output) => [
  { type: 'tool_use', timestamp: `2026-${n}`, tool_name: 'run_shell_command', tool_id: `t${n}`, parameters },
  { type: 'tool_result', timestamp: `2026-${n}`, tool_id: `t${n}`, status: 'success', output },
];

const pi: Writes = (n, args, output) => [
  { type: 'tool_execution_start', toolCallId: `call_${n}`, toolName: 'bash', args },
  {
    type: 'tool_execution_end',
    toolCallId: `call_${n}`,
    toolName: 'bash',
    result: { content: [{ type: 'text', text: output }], structuredContent: { exit_code: 0, wall_time_seconds: n / 10 } },
    isError: false,
    durationMs: 100 * n,
  },
];

const copilot: Writes = (n, input, output) => [
  {
    type: 'tool.execution_start',
    data: { toolCallId: `call_${n}`, toolName: 'bash', arguments: input, turnId: `${n}`, model: 'm' },
    id: `a${n}`,
    timestamp: `2026-${n}`,
  },
  {
    type: 'tool.execution_complete',
    data: {
      toolCallId: `call_${n}`,
      interactionId: `i${n}`,
      turnId: `${n}`,
      shellExecution: { exitCode: 0 },
      success: true,
      result: { content: `${output}\n<shellId: ${n} completed with exit code 0>` },
      toolTelemetry: { metrics: { took: n } },
    },
    id: `b${n}`,
    timestamp: `2026-${n}`,
  },
];

const cline: Writes = (n, input, output) => [
  {
    ts: `2026-${n}`,
    type: 'agent_event',
    event: { type: 'content_start', contentType: 'tool', toolName: 'run_commands', toolCallId: `call_${n}`, input },
  },
  {
    ts: `2026-${n}`,
    type: 'agent_event',
    event: { type: 'content_end', contentType: 'tool', toolName: 'run_commands', toolCallId: `call_${n}`, output, durationMs: n },
  },
];

const AGENTS: readonly (readonly [AgentName, Writes])[] = [
  ['claude', claude],
  ['qwen', qwen],
  ['codex', codex],
  ['opencode', opencode],
  ['gemini', gemini],
  ['pi', pi],
  ['copilot', copilot],
  ['cline', cline],
];

const lines = (writes: Writes, made: readonly (readonly [command: string, output: string])[]): string[] =>
  made.flatMap(([command, output], n) => writes(n, { command }, output).map((event) => JSON.stringify(event)));

describe.each(AGENTS)('calls of %s', (agent, writes) => {
  test('the same call with the same result', () => {
    expect(timesIn(agent, lines(writes, Array(5).fill(['npm test', '3 fail'])))).toBe(5);
  });

  test('a poll whose result changes, however large it is and wherever', () => {
    const page = (n: number) => `${'x'.repeat(20_000)}${n}${'y'.repeat(20_000)}`;
    expect(
      timesIn(
        agent,
        lines(
          writes,
          [0, 1, 2, 3].map((n) => ['curl localhost', page(n)]),
        ),
      ),
    ).toBe(1);
    expect(
      timesIn(
        agent,
        lines(
          writes,
          [7, 7, 7, 7].map((n) => ['curl localhost', page(n)]),
        ),
      ),
    ).toBe(4);
  });

  test('the same where the watchdog was restarted in between', () => {
    const page = (n: number) => `${'x'.repeat(20_000)}${n}${'y'.repeat(20_000)}`;
    const made = (...numbers: number[]) =>
      read(
        agent,
        lines(
          writes,
          numbers.map((n) => ['curl localhost', page(n)] as const),
        ),
      );
    const times = (...parts: Signal[][]) => cycleOf(calls(parts.flat()), 2)?.times ?? 1;
    expect(times(made(7, 7, 7), made(7, 7))).toBe(5);
    expect(times(made(1, 2, 3), made(4, 5, 6))).toBe(1);
  });

  test('other inputs', () => {
    expect(
      timesIn(
        agent,
        lines(
          writes,
          ['a', 'b', 'c', 'd'].map((file) => [`cat ${file}`, '3 fail']),
        ),
      ),
    ).toBe(1);
  });

  test('two calls in turn', () => {
    const pair = [['npm test', '3 fail'] as const, ['git status', 'clean'] as const];
    expect(timesIn(agent, lines(writes, [...pair, ...pair, ...pair]))).toBe(3);
  });

  test('texts that look like calls', () => {
    const text =
      '"type":"tool_use","id":"x","name":"Bash","input":{} "tool_use_id":"y", ,"stop_reason":null "output": ,"metadata":{ "result":';
    expect(timesIn(agent, lines(writes, Array(3).fill([text, text])))).toBe(3);
    expect(
      timesIn(
        agent,
        lines(
          writes,
          [0, 1, 2].map((n) => [text, `${text}${n}`]),
        ),
      ),
    ).toBe(1);
  });

  test('what a tool was called with is part of a signal only where it is repeated, and is short', () => {
    const signals = read(agent, lines(writes, [...Array(2).fill([`npm test ${'x'.repeat(500)}`, '3 fail']), ['secret', '']]));
    const inputs = signals.flatMap((signal) => ('input' in signal ? [signal.input ?? ''] : []));
    expect(inputs).toHaveLength(1);
    expect(inputs[0]).toContain('npm test xxx');
    expect(inputs[0]!.length).toBeLessThanOrEqual(100);
    expect(JSON.stringify(signals)).not.toContain('secret');
    expect(JSON.stringify(signals)).not.toContain('3 fail');
  });
});

describe('calls whose result cannot be seen equal no other', () => {
  const same = (event: object): string[] => Array(6).fill(JSON.stringify(event));
  const item = (rest: object) => ({ type: 'item.completed', item: { id: 'item_1', ...rest } });
  const gave = (tool: string, output?: string) =>
    [0, 1, 2, 3].flatMap((n) => [
      JSON.stringify({ type: 'tool_use', tool_name: tool, tool_id: `t${n}`, parameters: {} }),
      JSON.stringify({ type: 'tool_result', tool_id: `t${n}`, status: 'success', output }),
    ]);

  test.each([
    ['codex: an edit', 'codex', same(item({ type: 'file_change', changes: [{ path: 'a.ts', kind: 'update' }], status: 'completed' })), 1],
    ['codex: a search', 'codex', same(item({ type: 'web_search', query: 'x' })), 1],
    ['codex: a tool without its result', 'codex', same(item({ type: 'mcp_tool_call', server: 's', tool: 't', status: 'completed' })), 1],
    [
      'codex: a tool with it',
      'codex',
      same(item({ type: 'mcp_tool_call', server: 's', tool: 't', arguments: {}, result: { content: [] }, status: 'completed' })),
      6,
    ],
    ['gemini: a file', 'gemini', gave('read_file', 'Read 3 lines'), 1],
    ['gemini: a command', 'gemini', gave('run_shell_command', 'x'), 4],
    [
      'opencode: a picture',
      'opencode',
      same({
        ...{ type: 'tool_use', sessionID: 'ses_1' },
        part: { tool: 'read', state: { input: {}, output: 'read', time: { start: 1, end: 2 }, attachments: [{ url: 'data:' }] } },
      }),
      1,
    ],
  ] as const)('%s', (_name, agent, given, expected) => {
    expect(timesIn(agent, given)).toBe(expected);
  });
});

test('several calls in a message of claude, and several results in one', () => {
  const use = (n: number) => ({ type: 'tool_use', id: `toolu_${n}`, name: 'Read', input: { file: `f${n % 2}` } });
  const gave = (n: number) => ({ type: 'tool_result', tool_use_id: `toolu_${n}`, content: `content of f${n % 2}` });
  const both = (n: number) =>
    [
      { type: 'assistant', message: { role: 'assistant', content: [use(n), use(n + 1)], stop_reason: null }, parent_tool_use_id: null },
      { type: 'user', message: { role: 'user', content: [gave(n), gave(n + 1)] }, parent_tool_use_id: null },
    ].map((event) => JSON.stringify(event));
  expect(timesIn('claude', [0, 2, 4].flatMap(both))).toBe(3);
  expect(cycleOf(calls(read('claude', [0, 2, 4].flatMap(both))), 3)?.calls).toHaveLength(2);
});

describe('the calls in captures of the real agents', () => {
  const CAPTURES = new URL('../', import.meta.url);
  test.each([
    ['claude/captures/kterm-resumed.stdout', 'claude'],
    ['codex/captures/429once.stdout', 'codex'],
    ['opencode/captures/end1.stdout', 'opencode'],
  ] as const)('%s: each tool is a call with its result', (path, agent) => {
    const signals = read(agent, readFileSync(new URL(path, CAPTURES), 'utf8').split('\n'));
    const tools = signals.filter(({ kind }) => kind === 'tool').length;
    expect(tools).toBeGreaterThan(0);
    expect(calls(signals)?.recent).toHaveLength(tools);
  });

  test('the one whose model makes the same call again and again holds a circle', () => {
    const found = AGENTS.flatMap(([agent]) =>
      globSync(`${agent}/captures/*.{stdout,log}`, { cwd: CAPTURES }).filter(
        (path) => cycleOf(calls(read(agent, readFileSync(new URL(path, CAPTURES), 'utf8').split('\n'))), 4) !== null,
      ),
    );
    expect(found).toEqual(['opencode/captures/multistep.stdout']);
  });
});
