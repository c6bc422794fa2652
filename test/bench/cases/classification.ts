import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentFor } from '../../../src/agents/registry.ts';
import type { AgentName } from '../../../src/core/model/facts.ts';
import { KNOWN_AGENTS } from '../../../src/core/values/agent-names.ts';
import { spec } from '../../kit/samples-of-decisions.ts';
import { writeOpencodeLog } from '../opencode-log.ts';
import { type Row, row } from '../row.ts';

const MIB = 2 ** 20;
const ROUNDS = 7;
const BAR = { text: 'p50 ≥ 200 MiB/s', isMet: ({ p50 }: { p50: number }) => p50 >= 200 };
const CORPUS = new URL('../../fixtures/corpus/', import.meta.url);
const LINES = 200_000;
/** What an operator's script would look for. */
const GREP = 'rate.?limit|usage limit|hit your|unauthorized|quota|context length|no space left';

/** Signals from lines, without reading them from a disk: each agent on what the real one wrote, beside grep on the same bytes. */
export function classification(): readonly Row[] {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-bench-'));
  try {
    const working = join(directory, 'working.log');
    writeOpencodeLog(working, 64 * MIB);
    return [
      ...measured('opencode at work', 'opencode', readFileSync(working, 'utf8').split('\n'), working),
      ...(['claude', 'codex', 'gemini', 'qwen'] as const).flatMap((agent) => {
        const lines = atWork(agent);
        writeFileSync(working, lines.join('\n'));
        return measured(`${agent} at work`, agent, lines, working);
      }),
      ...[...KNOWN_AGENTS, 'generic' as const].flatMap((agent) => {
        const lines = captured(agent);
        const path = join(directory, `${agent}.log`);
        writeFileSync(path, lines.join('\n'));
        return measured(`${agent}, very short events`, agent, lines, path);
      }),
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function measured(what: string, agent: AgentName, lines: readonly string[], path: string): Row[] {
  const mib = lines.reduce((bytes, line) => bytes + line.length + 1, 0) / MIB;
  const context = { atWall: Date.now, zone: 'UTC', session: () => null };
  const times = Array.from({ length: ROUNDS }, () => {
    const interpreter = agentFor(agent).interpreter(spec('bench'), context);
    return timed(() => interpreter.read(lines));
  });
  const greps = Array.from({ length: ROUNDS }, () => timed(() => grep(path)));
  const note = `${Math.round(mib)} MiB, ${lines.length} lines`;
  return [
    row(`signals from lines: ${what}`, 'MiB/s', speeds(mib, times), { bar: BAR, note }),
    row(`  grep -cEi on the same`, 'MiB/s', speeds(mib, greps)),
  ];
}

const speeds = (mib: number, times: readonly number[]): number[] => times.map((ms) => mib / (ms / 1000));

function timed(work: () => unknown): number {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}

function grep(path: string): void {
  // Status 1: no line matches.
  execFileSync('sh', ['-c', 'grep -cEi "$0" "$1" || [ $? -eq 1 ]', GREP, path], { stdio: 'ignore' });
}

const STEPS = 10_000;
const OUTPUT = 'ok 1 - a setting that is no number is refused\n';

/** Steps of a turn with an answer, a tool, and the tool's output of 1 to 12 KiB, as each writes them. */
function atWork(agent: 'claude' | 'codex' | 'gemini' | 'qwen'): readonly string[] {
  return Array.from({ length: STEPS }, (_, step) =>
    stepOf(agent, OUTPUT.repeat(20 + (step % 20) * 12)).map((event) => JSON.stringify(event)),
  ).flat();
}

function stepOf(agent: 'claude' | 'codex' | 'gemini' | 'qwen', output: string): object[] {
  const text = 'Now the tests of the settings: they say what is expected.';
  if (agent === 'codex')
    return [
      { type: 'item.completed', item: { id: 'item_1', type: 'agent_message', text } },
      { type: 'item.started', item: { id: 'item_2', type: 'command_execution', command: 'npm test', aggregated_output: '' } },
      {
        type: 'item.completed',
        item: { id: 'item_2', type: 'command_execution', command: 'npm test', aggregated_output: output, exit_code: 0 },
      },
    ];
  if (agent === 'gemini')
    return [
      { type: 'message', role: 'assistant', content: text, delta: true },
      { type: 'tool_use', tool_name: 'run_shell_command', tool_id: 't1', parameters: { command: 'npm test' } },
      { type: 'tool_result', tool_id: 't1', status: 'success', output },
    ];
  return [
    { type: 'assistant', message: { role: 'assistant', content: [{ type: 'text', text }] }, session_id: 's' },
    {
      type: 'assistant',
      message: { role: 'assistant', content: [{ type: 'tool_use', name: 'Bash', input: { command: 'npm test' } }] },
      session_id: 's',
    },
    { type: 'user', message: { role: 'user', content: [{ type: 'tool_result', content: output }] }, session_id: 's' },
  ];
}

/** What the agent wrote in all cases that were captured, again and again; for a command that nobody knows, all of it. */
function captured(agent: AgentName): readonly string[] {
  const names = readdirSync(CORPUS).filter(
    (name) => /\.(stdout|stderr)$/.test(name) && (agent === 'generic' || name.startsWith(`${agent}-`)),
  );
  const all = names.length > 0 ? names : readdirSync(CORPUS).filter((name) => name.startsWith('claude-'));
  const lines = all.flatMap((name) =>
    readFileSync(new URL(name, CORPUS), 'utf8')
      .split('\n')
      .filter((line) => line !== ''),
  );
  return Array.from({ length: LINES }, (_, index) => lines[index % lines.length]!);
}
