import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { Run } from '../../src/core/run.ts';
import type { ProcessIdentity } from '../../src/core/types.ts';
import { keepEnvironment } from '../../src/store/environment.ts';
import { putRequest } from '../../src/store/inbox.ts';
import { prepareStateDirectory } from '../../src/store/prepare.ts';
import { statOf } from '../../src/system/process.ts';
import { spec } from '../store/samples-of-decisions.ts';
import { until } from '../until.ts';
import { type Place, place } from './place.ts';
import { type Row, row } from './row.ts';
import { QUICK, SIZE } from './size.ts';

/** Long enough for the first window to end before the runs are quiet. */
const QUIET_MS = QUICK ? 20_000 : 180_000;
const STATE_MS = 300_000;
/** Longest time for the starts, and for the first look at each working directory, which is no part of an idle watchdog's work. */
const SETTLE_LIMIT_MS = 150_000;
const SETTLE_MS = 5000;
const ENVIRONMENT = 'bench.json';

/** What the watchdog costs while all is well: first with agents that worked a moment ago, then with agents that are quiet. */
export async function idle(runs: number, bars: { readonly cpu: number; readonly rssMB: number }): Promise<readonly Row[]> {
  const home = place();
  const rows: Row[] = [];
  try {
    prepareStateDirectory(home.where);
    keepEnvironment(home.where, ENVIRONMENT, home.env);
    const watchdog = await home.watch();
    for (let number = 1; number <= runs; number++) registerSleeper(home, number);
    const living = () => home.looking((reader) => reader.runs());
    await until('the runs work', () => living().filter(isSettled).length === runs, SETTLE_LIMIT_MS).catch(() => {});
    for (const state of ['working', 'quiet'] as const) {
      await until(`the runs are ${state}`, () => count(living(), state) > 0 && count(living(), state) === alive(living()), STATE_MS);
      await setTimeout(Math.min(SETTLE_MS, SIZE.idleMs));
      const present = alive(living());
      const note = present === runs ? '' : `; this machine did not allow ${runs}`;
      rows.push(...(await window(watchdog, `${present} ${present === 1 ? 'run' : 'runs'}, ${state}${note}`, bars)));
    }
  } finally {
    await home.tearDown();
  }
  return rows;
}

function registerSleeper(home: Place, number: number): void {
  const name = `sleeper-${number}`;
  const base = spec(name);
  const sleeper = {
    ...base,
    command: ['/bin/sh', '-c', 'echo working; exec sleep 1000000'],
    cwd: home.directory,
    environmentFile: ENVIRONMENT,
    policy: { ...base.policy, quietMs: QUIET_MS },
  };
  putRequest(home.where, { id: randomUUID(), kind: 'register', run: `${name}.1`, generation: 1, spec: sleeper, foreign: null });
}

const isSettled = (run: Run): boolean => run.state === 'working' && run.marks.baseline;

const count = (runs: readonly Run[], state: Run['state']): number => runs.filter((run) => run.state === state).length;

/** A machine that does not allow all of them is measured with those that it allows. */
const alive = (runs: readonly Run[]): number => runs.filter((run) => run.attempt?.alive === true).length;

async function window(
  { pid }: ProcessIdentity,
  what: string,
  bars: { readonly cpu: number; readonly rssMB: number },
): Promise<readonly Row[]> {
  const before = { cpuMs: cpuMs(pid), atMs: performance.now() };
  await setTimeout(SIZE.idleMs);
  const percent = (100 * (cpuMs(pid) - before.cpuMs)) / (performance.now() - before.atMs);
  const resident = Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  const cpu = { text: `≤ ${bars.cpu} %`, isMet: ({ most }: { most: number }) => most <= bars.cpu };
  const rss = { text: `≤ ${bars.rssMB} MB`, isMet: ({ most }: { most: number }) => most <= bars.rssMB };
  const note = `over ${SIZE.idleMs / 1000} s`;
  return [row(`idle, CPU: ${what}`, '%', [percent], { bar: cpu, note }), row(`idle, RSS: ${what}`, 'MB', [resident], { bar: rss })];
}

/** With that of the commands that it ran. */
function cpuMs(pid: number): number {
  const stat = statOf(pid);
  if (stat === null) throw new Error(`the watchdog (process ${pid}) has died`);
  return stat.cpuMs;
}
