import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { agentFor } from '../../../src/agents/registry.ts';
import type { AgentName, Signal } from '../../../src/core/model/facts.ts';

const fixture = (name: string): string[] =>
  readFileSync(new URL(`../../fixtures/corpus/${name}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line, index, all) => line !== '' || index < all.length - 1);
const READING = {
  done: { file: null, fileBefore: null, logPattern: null, check: null, exit: false },
  resumePrompt: '',
  command: [],
  patterns: [],
  sessionPattern: null,
};
const read = (agent: AgentName, lines: readonly string[], at = 0, zone = 'UTC') =>
  agentFor(agent)
    .interpreter(READING, { atWall: () => at, zone, session: () => null })
    .read(lines)
    .filter(({ kind }) => kind !== 'event');
const inShort = (signals: readonly Signal[]): string =>
  signals
    .filter(({ kind }) => kind !== 'retrying')
    .map((signal) => (signal.kind === 'turn' ? `turn:${signal.well ? 'well' : 'badly'}` : signal.kind))
    .join(' ');

describe('captures of the real agents', () => {
  test.each<[AgentName, string, string]>([
    ['claude', 'claude-401.stdout', 'session auth turn:badly'],
    ['claude', 'claude-401t.stdout', 'auth'],
    ['claude', 'claude-429.stdout', 'session transient turn:badly'],
    ['claude', 'claude-429def.stdout', 'session transient turn:badly'],
    ['claude', 'claude-429once.stdout', 'session tool turn:well'],
    ['claude', 'claude-429uni.stdout', 'session limit turn:badly'],
    ['claude', 'claude-500.stdout', 'session transient turn:badly'],
    ['claude', 'claude-basic.stdout', 'session turn:well'],
    ['claude', 'claude-credit.stdout', 'session limit turn:badly'],
    ['claude', 'claude-cut.stdout', 'session tool turn:well'],
    ['claude', 'claude-khup.stdout', 'session tool'],
    ['claude', 'claude-khup-resumed.stdout', 'session tool turn:well'],
    ['claude', 'claude-kint-resumed.stdout', 'session tool turn:well'],
    ['claude', 'claude-kterm.stdout', 'session tool'],
    ['claude', 'claude-kterm-resumed.stdout', 'session tool turn:well'],
    ['claude', 'claude-ktool.stdout', 'session tool'],
    ['claude', 'claude-ktool-resumed.stdout', 'session tool turn:well'],
    ['claude', 'claude-len.stdout', 'session tool turn:well'],
    ['codex', 'codex-429.stdout', 'session transient transient turn:badly'],
    ['codex', 'codex-429once.stdout', 'session tool turn:well'],
    ['codex', 'codex-500.stdout', 'session transient transient turn:badly'],
    ['codex', 'codex-basic.stdout', ''],
    ['codex', 'codex-basic.stderr', 'session'],
    ['codex', 'codex-ctx.stdout', 'session context context turn:badly'],
    ['codex', 'codex-cut.stdout', 'session tool turn:well'],
    ['codex', 'codex-cutper.stdout', 'session transient transient turn:badly'],
    ['codex', 'codex-hang.stdout', 'session'],
    ['codex', 'codex-kchild.stdout', 'session'],
    ['codex', 'codex-kint.stdout', 'session'],
    ['codex', 'codex-kint.stderr', ''],
    ['codex', 'codex-quota.stdout', 'session limit limit turn:badly'],
    ['gemini', 'gemini-401.stdout', 'session auth turn:badly'],
    ['gemini', 'gemini-basic.stdout', ''],
    ['opencode', 'opencode-ask.stderr', 'permission'],
    ['claude', 'claude-2.1.332-max-budget.log', 'session tool cap turn:badly'],
    ['claude', 'claude-2.1.332-max-turns.log', 'session tool error turn:badly'],
    ['claude', 'claude-2.1.332-server-429-not-your-limit.log', 'session transient turn:badly'],
    ['codex', 'codex-0.171.0-worktree-resume.log', 'error'],
    ['gemini', 'gemini-0.61.0-quota-3h12m.log', 'session limit'],
    ['qwen', 'qwen-0.24.4-401.log', 'session auth turn:badly'],
    ['qwen', 'qwen-0.24.4-429-retrying.log', 'limit'],
  ])('%s, %s: %s', (agent, name, expected) => {
    expect(inShort(read(agent, fixture(name)))).toBe(expected);
  });
});

interface Sample {
  readonly agent: AgentName;
  readonly at: string;
  readonly processTimeZone: string;
  readonly line: string;
  readonly expect: { readonly signal: string; readonly resetsAt?: string };
}

describe('lines that users reported', () => {
  const samples = fixture('lines.jsonl').map((line) => JSON.parse(line) as Sample);
  test.each(samples.map((sample) => [sample.agent, sample.expect.signal, sample.line, sample] as const))(
    '%s, %s: %s',
    (agent, signal, line, { at, processTimeZone, expect: { resetsAt } }) => {
      const signals = read(agent, [line], Date.parse(at), processTimeZone).filter(
        ({ kind }) => !['session', 'turn', 'retrying'].includes(kind),
      );
      expect(signals.map(({ kind }) => kind as string)).toEqual(signal === 'none' ? [] : [signal]);
      const [first] = signals;
      const resets = first?.kind === 'limit' ? first.resetsAtWall : null;
      expect(resets).toBe(resetsAt === undefined ? null : Date.parse(resetsAt));
    },
  );
});
