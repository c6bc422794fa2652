import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import { keepEnvironment } from '../../../../src/store/environment.ts';
import { putRequest } from '../../../../src/store/inbox/put.ts';
import { identify, signalProcess } from '../../../../src/system/process/process.ts';
import { spec } from '../../../kit/samples-of-decisions.ts';
import type { Stage } from '../../../kit/stage.ts';
import { until } from '../../../kit/until.ts';
import type { Drill } from '../drill.ts';
import { onStage } from '../on-stages.ts';
import { atWork, endOf, mostMemoryMB } from '../watching.ts';

const RUNS = 1000;
const DYING = 200;
const LONG_MS = 240_000;
const MOST_MB = 500;
/** Between two looks at that many runs. */
const PAUSE_MS = 1000;
const ENVIRONMENT = 'drill.json';

function register(stage: Stage, number: number): void {
  const name = `run-${number}`;
  const base = spec(name);
  const command = ['/bin/sh', '-c', 'echo working; exec sleep 1000000'];
  const asked = { ...base, command, cwd: stage.cwd, environmentFile: ENVIRONMENT, policy: { ...base.policy, quietMs: LONG_MS } };
  putRequest(stage.where, { id: randomUUID(), kind: 'register', run: `${name}.1`, generation: 1, spec: asked, foreign: null });
}

const runsOf = async (stage: Stage) =>
  JSON.parse((await stage.does(['status', '--json'])).stdout).runs as readonly {
    name: string;
    state: string;
    attempts: number;
    pid: number;
  }[];

export const thousandRuns: Drill = {
  name: '1,000 runs at once, of which 200 die within a second',
  holds: 'the 200 are resumed, once each; the others are not touched; no run is handed off',
  play: ({ skip }) =>
    onStage(async (stage) => {
      const watching = await atWork(stage);
      keepEnvironment(stage.where, ENVIRONMENT, stage.env);
      for (let number = 1; number <= RUNS; number++) register(stage, number);
      const work = async (attempts: readonly number[]) => {
        const deadline = performance.now() + LONG_MS;
        for (;;) {
          const runs = await runsOf(stage);
          const ready = runs.filter((run) => run.state === 'working' && attempts.includes(run.attempts));
          if (ready.length === RUNS) return ready;
          if (runs.some(({ state }) => state === 'waiting') && attempts.length === 1) skip('this machine does not allow 1,000 runs');
          await setTimeout(PAUSE_MS);
          if (performance.now() > deadline) throw new Error(`only ${ready.length} of ${RUNS} runs work`);
        }
      };
      const before = await work([1]);
      const victims = before.slice(0, DYING);
      for (const { pid } of victims) signalProcess((await until('it lives', () => identify(pid)))!, 'SIGKILL');
      await until('they are resumed', () => victims.every(({ name }) => stage.run(name)?.attempt?.number === 2), LONG_MS);
      const after = await work([1, 2]);
      const attempts = new Map(after.map((run) => [run.name, run.attempts]));
      expect(victims.filter(({ name }) => attempts.get(name) !== 2)).toEqual([]);
      expect(after.filter((run) => run.attempts === 2)).toHaveLength(DYING);
      const pids = new Map(before.map(({ name, pid }) => [name, pid]));
      expect(after.filter((run) => run.attempts === 1 && pids.get(run.name) !== run.pid)).toEqual([]);
      const most = mostMemoryMB(watching.identity);
      expect(most).toBeLessThan(MOST_MB);
      const { code, stderr } = await endOf(stage, watching);
      expect([code, stderr]).toEqual([0, expect.not.stringMatching(/^\s+at /m)]);
      return `at most ${Math.ceil(most / 50) * 50} MB`;
    }),
};
