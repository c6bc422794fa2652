import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentFor } from '../../../src/agents/registry.ts';
import type { AgentName } from '../../../src/core/model/facts.ts';
import { AGENT_NAMES } from '../../../src/core/values/agent-names.ts';
import { SAMPLES, type Samples } from '../../agents/all/samples.ts';
import { spec } from '../../kit/samples-of-decisions.ts';
import { writeOpencodeLog } from '../opencode-log.ts';
import { type Row, row } from '../row.ts';
import { newDirectory } from '../run/directory.ts';

const MIB = 2 ** 20;
const ROUNDS = 7;
const READ_BYTES = 2 * MIB;
const BAR = { text: 'p50 ≥ 200 MiB/s', isMet: ({ p50 }: { p50: number }) => p50 >= 200 };
/** The agents' test folders, each with its captures. */
const CAPTURES = new URL('../../agents/', import.meta.url);
const LINES = 200_000;
/** What an operator's script would search for. */
const GREP = 'rate.?limit|usage limit|hit your|unauthorized|quota|context length|no space left';

/**
 * Signals from lines, without reading them from disk: each agent on the real one's output, beside
 * grep on the same bytes.
 */
export function classification(): readonly Row[] {
  const directory = newDirectory();
  try {
    const working = join(directory, 'working.log');
    writeOpencodeLog(working, 64 * MIB);
    return [
      ...measured('opencode at work', 'opencode', readFileSync(working, 'utf8').split('\n'), working),
      ...SAMPLES.filter(([agent]) => agent !== 'opencode').flatMap(([agent, samples]) => {
        const lines = atWork(samples);
        writeFileSync(working, lines.join('\n'));
        return measured(`${agent} at work`, agent, lines, working);
      }),
      ...AGENT_NAMES.flatMap((agent) => {
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
  const batches = asRead(lines);
  const times = Array.from({ length: ROUNDS }, () => {
    const interpreter = agentFor(agent).interpreter(spec('bench'), context);
    return cpuMs(() => {
      for (const batch of batches) interpreter.read(batch);
    });
  });
  const greps = Array.from({ length: ROUNDS }, () => timed(() => grep(path)));
  const note = `${Math.round(mib)} MiB, ${lines.length} lines`;
  return [
    row(`signals from lines: ${what}`, 'MiB/s', speeds(mib, times), { bar: BAR, note: `${note}, by CPU time` }),
    row(`  grep -cEi on the same`, 'MiB/s', speeds(mib, greps)),
  ];
}

/** What the reader of a log hands over at once. */
function asRead(lines: readonly string[]): readonly (readonly string[])[] {
  const batches: string[][] = [];
  let bytes = READ_BYTES;
  for (const line of lines) {
    if (bytes >= READ_BYTES) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)?.push(line);
    bytes += line.length + 1;
  }
  return batches;
}

/** CPU time of this thread, which hardly depends on what else runs on the machine. */
function cpuMs(work: () => unknown): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
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
const TEXT = 'Now the tests of the settings: they say what is expected.';
const OUTPUT = 'ok 1 - a setting that is no number is refused\n';

/**
 * Steps of a turn with an answer, a tool, and the tool's output of 1 to 12 KiB, as the agent writes
 * them.
 */
const atWork = ({ step }: Samples): readonly string[] =>
  Array.from({ length: STEPS }, (_, number) =>
    step(TEXT, OUTPUT.repeat(20 + (number % 20) * 12)).map((event) => JSON.stringify(event)),
  ).flat();

/**
 * What the agent wrote in all captures, repeated; for an unknown command, what all agents wrote.
 */
function captured(agent: AgentName): readonly string[] {
  const of = (name: string) => globSync(`${name}/captures/*.{stdout,stderr}`, { cwd: CAPTURES }).toSorted();
  const own = of(agent === 'generic' ? '*' : agent);
  const lines = (own.length > 0 ? own : of('claude')).flatMap((path) =>
    readFileSync(new URL(path, CAPTURES), 'utf8')
      .split('\n')
      .filter((line) => line !== ''),
  );
  return Array.from({ length: LINES }, (_, index) => lines[index % lines.length]!);
}
