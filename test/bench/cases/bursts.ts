import { appendFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { concat, NEVER, of } from 'rxjs';
import { agentFor } from '../../../src/agents/registry.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { newAttempt } from '../../../src/core/run/new-run.ts';
import { logLines } from '../../../streams/sources/log-lines.ts';
import { newRunNamed } from '../../kit/samples-of-decisions.ts';
import { until } from '../../kit/until.ts';
import { type Row, row } from '../row.ts';
import { newDirectory } from '../run/directory.ts';
import { SIZE } from '../size.ts';

const BAR_MS = 150;
const LINES = 100;
const LINE_EVERY_MS = 15;
/** Simultaneous bursts, each in its own log. */
const LOGS = 4;

/**
 * From the last line of a burst to the fact that reports it as read: the real source with the real
 * chokidar, in this process.
 */
export async function bursts(): Promise<readonly Row[]> {
  const directory = newDirectory();
  const latencies: number[] = [];
  const all = Array.from({ length: LOGS }, (_, index) => ({ run: working(index), path: join(directory, `${index}.log`) }));
  for (const { path } of all) writeFileSync(path, 'the first line\n');
  const seen = new Map<string, { offset: number; atMs: number }>();
  const { facts$ } = logLines(concat(of(...all.map(({ run }) => run)), NEVER), {
    logs: (run) => all.flatMap((one) => (one.run.id === run.id ? { path: one.path, kind: 'given' as const } : [])),
    interpreter: ({ spec }) => agentFor(spec.agent).interpreter(spec, { atWall: Date.now, zone: 'UTC', session: () => null }),
    report: (problem) => process.stderr.write(`${problem}\n`),
  });
  const subscription = facts$.subscribe((fact) => {
    if (fact.kind === 'log.read') seen.set(fact.path, { offset: fact.cursor.offset, atMs: performance.now() });
  });
  try {
    await until('all logs are followed', () => seen.size === LOGS);
    const burst = async (path: string, delayMs: number) => {
      await setTimeout(delayMs);
      const writtenMs = await write(path);
      const { size } = statSync(path);
      await until('the last line is seen', () => seen.get(path)?.offset === size);
      latencies.push((seen.get(path)?.atMs ?? 0) - writtenMs);
    };
    for (let round = 0; round < SIZE.bursts; round++) await Promise.all(all.map(({ path }, index) => burst(path, index * 7)));
  } finally {
    subscription.unsubscribe();
    rmSync(directory, { recursive: true, force: true });
  }
  const bar = { text: `p99 ≤ ${BAR_MS} ms`, isMet: ({ p99 }: { p99: number }) => p99 <= BAR_MS };
  return [
    row('last line of a burst → seen by the core', 'ms', latencies, {
      bar,
      note: `${LOGS} logs, ${LINES} lines ${LINE_EVERY_MS} ms apart`,
    }),
  ];
}

function working(index: number): Run {
  const run = newRunNamed(`burst-${index}`);
  const at = { wall: 1, mono: 1 };
  return { ...run, attempt: newAttempt(1, null, null, 'start', at) };
}

/** Returns when the last line was written. */
async function write(path: string): Promise<number> {
  for (let line = 1; line < LINES; line++) {
    appendFileSync(path, `line ${line} of a burst\n`);
    await setTimeout(LINE_EVERY_MS);
  }
  const atMs = performance.now();
  appendFileSync(path, 'the last line of a burst\n');
  return atMs;
}
