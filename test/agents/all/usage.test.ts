import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Interpreter } from '../../../src/agents/contract/agent.ts';
import { agentFor } from '../../../src/agents/registry.ts';
import { costOf, tokensOf } from '../../../src/core/spend/cost.ts';
import { attemptSpent, type Spending } from '../../../src/core/spend/run.ts';
import type { Usage } from '../../../src/core/spend/usage.ts';
import { READING } from '../../kit/reading.ts';
import type { KnownAgent } from './of-agent.ts';

const linesOf = (agent: KnownAgent, file: string): string[] =>
  readFileSync(new URL(`../${agent}/captures/${file}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '');

function interpreter(agent: KnownAgent, file: string, session: string | null): Interpreter {
  const context = { atWall: () => 0, zone: 'UTC', session: () => session };
  const { records, interpreter: output } = agentFor(agent);
  return file.includes('record') && records !== undefined ? records.interpreter(READING, context) : output(READING, context);
}

const usagesIn = (reader: Interpreter, lines: readonly string[]): Usage[] =>
  reader.read(lines).flatMap((signal) => (signal.kind === 'usage' ? [signal] : []));

function folded(run: Spending, usages: readonly Usage[]): Spending {
  return usages.reduce<Spending>((now, usage) => {
    const more = attemptSpent(now, usage, 0);
    return more === null ? now : { spend: more.spend, attempt: more.attempt === undefined ? now.attempt : { spend: more.attempt } };
  }, run);
}

/** What the run has after each attempt: input, cache read, cache written, output, dollars. */
function counted(agent: KnownAgent, attempts: readonly (readonly [file: string, from?: number, to?: number])[][]) {
  const session = sessionIn(agent, attempts[0]?.[0]?.[0] ?? '');
  let run: Spending = { attempt: null };
  return attempts.map((files) => {
    run = { ...run, attempt: {} };
    for (const [file, from, to] of files)
      run = folded(run, usagesIn(interpreter(agent, file, session), linesOf(agent, file).slice(from, to)));
    return numbers(run);
  });
}

function numbers(run: Spending): readonly (number | null)[] | null {
  const tokens = tokensOf(run);
  return tokens === null ? null : [tokens.input, tokens.cacheRead, tokens.cacheWrite, tokens.output, costOf(run).usd];
}

const sessionIn = (agent: KnownAgent, file: string): string | null =>
  interpreter(agent, file, null)
    .read(linesOf(agent, file))
    .flatMap((signal) => (signal.kind === 'session' ? [signal.id] : []))[0] ?? null;

const [FIRST, KILLED, RESUMED] = ['used-1.stdout', 'used-2-killed.stdout', 'used-3-resumed.stdout'];

/**
 * The same story with each CLI (2026-11-30): a turn of three answers; a resume that is killed in
 * its second answer; a resume with two answers. The server's answer number n used 1000 + n tokens of
 * input, 2000 + 10 n from the cache, for claude 300 + n into the cache, 50 + n of output, and except
 * for claude 7 of reasoning.
 */
describe('what the real CLIs say they used', () => {
  test.each<[what: string, agent: KnownAgent, attempts: Parameters<typeof counted>[1], after: ReturnType<typeof counted>]>([
    [
      'its output, which lacks how long the answers of a killed turn were',
      'claude',
      [[[FIRST]], [[KILLED]], [[RESUMED]]],
      [
        [3006, 6060, 906, 156, 0.010443],
        [4010, 8100, 1210, 157, 0.010443],
        [6023, 12_230, 1823, 270, 0.0175445],
      ],
    ],
    [
      'its record as well, read before or after the output',
      'claude',
      [
        [[FIRST], ['used.record.jsonl', 0, 3]],
        [['used.record.jsonl', 3, 4], [KILLED]],
        [['used.record.jsonl', 4], [RESUMED]],
      ],
      [
        [3006, 6060, 906, 156, 0.010443],
        [4010, 8100, 1210, 210, 0.010443],
        [6023, 12_230, 1823, 323, 0.0175445],
      ],
    ],
    ['with partial messages', 'claude', [[['used-partial-messages.stdout']]], [[2003, 4030, 603, 103, 0.0069465]]],
    ['its sub-agent', 'claude', [[['used-sub-agent.stdout']]], [[4010, 8100, 1210, 210, 0.013955]]],
    [
      'the totals of its thread, which include killed turns',
      'codex',
      [[[FIRST]], [[KILLED]], [[RESUMED]]],
      [
        [3006, 6060, 0, 177, null],
        [3006, 6060, 0, 177, null],
        [6023, 12_230, 0, 365, null],
      ],
    ],
    [
      'its record as well',
      'codex',
      [
        [['used.record.jsonl', 0, 7], [FIRST]],
        [[KILLED], ['used.record.jsonl', 7, 10]],
        [[RESUMED], ['used.record.jsonl', 10]],
      ],
      [
        [3006, 6060, 0, 177, null],
        [4010, 8100, 0, 238, null],
        [6023, 12_230, 0, 365, null],
      ],
    ],
    [
      'its sub-agent, which is only in records',
      'codex',
      [[['used-sub-agent.record.jsonl'], ['used-sub-agent.sub-record.jsonl'], ['used-sub-agent.stdout']]],
      [[5015, 10_150, 0, 300, null]],
    ],
    [
      'its steps',
      'opencode',
      [[[FIRST]], [[KILLED]], [[RESUMED]]],
      [
        [3006, 6060, 0, 177, 0.013491],
        [4010, 8100, 0, 238, 0.01803],
        [6023, 12_230, 0, 365, 0.027213],
      ],
    ],
    [
      'its answers, and totals of the session that include killed turns',
      'qwen',
      [[[FIRST]], [[KILLED]], [[RESUMED]]],
      [
        [3006, 6060, 0, 177, null],
        [4010, 8100, 0, 238, null],
        [6023, 12_230, 0, 365, null],
      ],
    ],
    ['its sub-agent, which is only in the total', 'qwen', [[['used-sub-agent.stdout']]], [[4010, 8100, 0, 238, null]]],
    [
      'the sums of its processes: nothing of a killed one',
      'gemini',
      [[[FIRST]], [[KILLED]], [[RESUMED]]],
      [
        [3006, 6060, 0, 177, null],
        [3006, 6060, 0, 177, null],
        [5019, 10_190, 0, 304, null],
      ],
    ],
    [
      'its record as well, read before or after the output',
      'gemini',
      [
        [[FIRST], ['used.record.jsonl', 0, 5]],
        [[KILLED], ['used.record.jsonl', 5, 7]],
        [['used.record.jsonl', 7], [RESUMED]],
      ],
      [
        [3006, 6060, 0, 177, null],
        [4010, 8100, 0, 238, null],
        [6023, 12_230, 0, 365, null],
      ],
    ],
    [
      'its answers',
      'pi',
      [[[FIRST]], [[KILLED]], [[RESUMED]]],
      [
        [3006, 6060, 0, 177, 0.003966],
        [4010, 8100, 0, 238, 0.005296],
        [6023, 12_230, 0, 365, 0.007976],
      ],
    ],
    [
      'its record',
      'copilot',
      [[[FIRST], ['used.record.jsonl', 0, 21]], [[KILLED]], [[RESUMED], ['used.record.jsonl', 21]]],
      [
        [3006, 6060, 0, 177, null],
        [3006, 6060, 0, 177, null],
        [5019, 10_190, 0, 304, null],
      ],
    ],
    [
      'its answers, and the total of its process',
      'cline',
      [[[FIRST]], [[KILLED]], [[RESUMED]]],
      [
        [3006, 6060, 0, 177, null],
        [4010, 8100, 0, 238, null],
        [6023, 12_230, 0, 365, null],
      ],
    ],
    ['its sub-agent', 'gemini', [[['used-sub-agent.stdout']]], [[6021, 12_210, 0, 363, null]]],
  ])('%s (%s)', (_what, agent, attempts, after) => {
    expect(counted(agent, attempts)).toEqual(after);
  });

  test.each<[KnownAgent]>([['claude'], ['codex'], ['opencode'], ['qwen'], ['gemini'], ['pi'], ['cline']])(
    '%s: any split of the lines, and any repetition of a piece by a watchdog that was restarted, is the same sum',
    (agent) => {
      const lines = linesOf(agent, FIRST);
      const session = sessionIn(agent, FIRST);
      const [whole] = counted(agent, [[[FIRST]]]);
      fc.assert(
        fc.property(fc.nat(lines.length), fc.nat(lines.length), (cut, from) => {
          const first = usagesIn(interpreter(agent, FIRST, session), lines.slice(0, cut));
          const again = usagesIn(interpreter(agent, FIRST, session), lines.slice(Math.min(from, cut)));
          const stored: Spending = JSON.parse(JSON.stringify(folded({ attempt: {} }, first)));
          expect(numbers(folded(stored, again))).toEqual(whole);
        }),
      );
    },
  );

  test.each<[KnownAgent, readonly string[]]>([
    [
      'claude',
      [
        '{"type":"assistant","message":{"id":"m","usage":{"input_tokens":0,"output_tokens":0}}}',
        '{"duration_api_ms":1,"total_cost_usd":0,"usage":{"input_tokens":0},"modelUsage":{},"type":"result"}',
      ],
    ],
    ['claude', ['{"type":"assistant","message":{"id":"m","usage":{"input_tokens":"9","output_tokens":-4}}}']],
    ['qwen', ['{"type":"assistant","session_id":"s","message":{"id":"m","usage":{"input_tokens":0,"output_tokens":0}}}']],
    ['codex', ['{"type":"thread.started","thread_id":"t"}', '{"type":"turn.completed","usage":null}', '{"type":"turn.completed"}']],
    ['opencode', ['{"type":"step_finish","sessionID":"ses_1","part":{"id":"p","reason":"stop"}}']],
    ['pi', ['{"type":"message_end","message":{"role":"assistant","usage":{"input":0,"output":0,"cost":{"total":0}}}}']],
    ['gemini', ['{"type":"result","status":"success","stats":{"total_tokens":0,"models":{}}}']],
  ])('%s: zeros, and what is no number, say nothing', (agent, lines) => {
    expect(usagesIn(interpreter(agent, 'stdout', null), lines)).toEqual([]);
  });

  test('opencode says zero dollars if it does not know the price: that is unknown', () => {
    const [usage] = usagesIn(interpreter('opencode', 'stdout', null), [
      '{"type":"step_finish","sessionID":"ses_1","part":{"id":"p","reason":"stop","tokens":{"input":5,"output":1,"reasoning":2,"cache":{"read":3,"write":4}},"cost":0}}',
    ]);
    expect(usage?.shares).toEqual([
      { model: null, tokens: { input: 5, output: 3, cacheRead: 3, cacheWrite: 4, reasoning: 2 }, money: null },
    ]);
    expect(usage?.context).toBe(12);
  });

  test('a budget of claude that is spent: only what is new since the last result has the last answer', () => {
    const result = {
      uuid: 'u',
      total_cost_usd: 0.0104,
      usage: { input_tokens: 2003, output_tokens: 103 },
      modelUsage: { m: { inputTokens: 9006, outputTokens: 856, costUSD: 0.5 } },
      model_usage_since_last_result: { m: { inputTokens: 3006, outputTokens: 156, costUSD: 0.0104 }, n: { inputTokens: 5, costUSD: 0 } },
    };
    expect(usagesIn(interpreter('claude', 'stdout', null), [JSON.stringify({ duration_api_ms: 1, ...result, type: 'result' })])).toEqual([
      {
        kind: 'usage',
        of: 'turn',
        id: 'u',
        shares: [
          { model: 'm', tokens: { input: 3006, output: 156, cacheRead: 0, cacheWrite: 0 }, money: { usd: 0.0104, by: 'stated' } },
          { model: 'n', tokens: { input: 5, output: 0, cacheRead: 0, cacheWrite: 0 }, money: null },
        ],
      },
    ]);
  });

  test('a command that continues a thread of codex’ does not count what that used before', () => {
    const reader = agentFor('codex').interpreter(
      { ...READING, command: ['codex', 'exec', 'resume', 't', 'go on'] },
      { atWall: () => 0, zone: 'UTC', session: () => 't' },
    );
    const usage = (tokens: number) => `{"type":"turn.completed","usage":{"input_tokens":${tokens},"output_tokens":0}}`;
    const first = usagesIn(reader, ['{"type":"thread.started","thread_id":"t"}', usage(90_000)]);
    expect(numbers(folded({ attempt: {} }, first))).toBeNull();
    expect(numbers(folded({ attempt: {} }, [...first, ...usagesIn(reader, [usage(90_500)])]))).toEqual([500, 0, 0, 0, null]);
  });
});
