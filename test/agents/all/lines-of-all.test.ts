import { describe, expect, test } from 'vitest';
import type { AgentName } from '../../../src/core/model/facts.ts';
import { claudeSays, json, LIMIT, read, rejected, result } from './reading.ts';

describe('what holds for all agents', () => {
  test.each<[what: string, lines: string[], resetsAt: string]>([
    [
      'the event knows the time better than the words',
      json(rejected, result({ is_error: true, api_error_status: 429, result: "You've hit your session limit" })),
      '2026-06-10T14:00:00Z',
    ],
    [
      'and that it was the limit',
      json(rejected, result({ is_error: true, api_error_status: 429, result: 'API Error: Request rejected (429)' })),
      '2026-06-10T14:00:00Z',
    ],
    ['the words alone', json(result({ is_error: true, api_error_status: 429, result: LIMIT })), '2026-06-10T18:00:00Z'],
  ])('claude: %s', (_what, lines, resetsAt) => {
    const last = read('claude', lines).at(-2);
    expect(last).toMatchObject({ kind: 'limit', resetsAtWall: Date.parse(resetsAt) });
  });

  test('claude: the spent window is the one that counts', () => {
    const unifiedWindows = {
      five_hour: { utilization: 0.3, resetsAt: 1_781_100_000 },
      seven_day: { utilization: 1, resetsAt: 1_781_200_000 },
    };
    const [limit] = read('claude', json({ ...rejected, rate_limit_info: { ...rejected.rate_limit_info, unifiedWindows } }));
    expect(limit).toMatchObject({ kind: 'limit', resetsAtWall: 1_781_200_000_000 });
  });

  test.each<[AgentName, unknown]>([
    ['claude', claudeSays({ type: 'tool_use', name: 'TodoWrite', input: { todos: [{ status: 'completed' }, { status: 'pending' }] } })],
    [
      'codex',
      {
        type: 'item.updated',
        item: {
          type: 'todo_list',
          items: [
            { text: 'a', completed: true },
            { text: 'b', completed: false },
          ],
        },
      },
    ],
  ])('%s counts todos', (agent, event) => {
    expect(read(agent, json(event)).at(-1)).toEqual({ kind: 'todo', done: 1, total: 2 });
  });

  test.each<[AgentName, said: (text: string) => unknown[], read: (text: string) => unknown]>([
    [
      'claude',
      (text) => [claudeSays({ type: 'text', text })],
      (text) => ({ type: 'user', message: { content: [{ type: 'tool_result', content: text }] } }),
    ],
    ['qwen', (text) => [claudeSays({ type: 'text', text })], (text) => ({ type: 'user', message: { content: text } })],
    [
      'codex',
      (text) => [{ type: 'item.completed', item: { type: 'agent_message', text } }],
      (text) => ({ type: 'item.completed', item: { type: 'command_execution', aggregated_output: text } }),
    ],
    [
      'gemini',
      (text) =>
        [...text]
          .map((content) => ({ type: 'message', role: 'assistant', content, delta: true }))
          .concat([{ type: 'result', status: 'success' } as never]),
      (text) => ({ type: 'message', role: 'user', content: text }),
    ],
  ])('%s: the pattern of --done-log is for the agent’s own words', (agent, said, readByTool) => {
    const kinds = (events: unknown[]) => read(agent, json(...events), '^ALL DONE').map(({ kind }) => kind);
    expect(kinds(said('so:\nALL DONE'))).toContain('done');
    expect(kinds(said('ALL DONE is what you say'))).not.toContain('done');
    expect(kinds([readByTool('ALL DONE')])).not.toContain('done');
  });

  test.each(['claude', 'codex', 'gemini', 'qwen', 'generic'] as const)('%s: hostile lines cost no more than their length', (agent) => {
    const pieces = [
      'Error: ',
      'a ',
      '{"type":"',
      'limit reached · ',
      "You've hit your a ",
      'API Error: ',
      '[API Error: ',
      ': no space left ',
      '1',
      '-',
    ];
    const started = performance.now();
    for (const piece of pieces)
      read(agent, [piece.repeat(1_000_000 / piece.length), json(result({ is_error: true, result: piece.repeat(50_000) }))[0]!]);
    // A pattern that backtracks would take minutes.
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
