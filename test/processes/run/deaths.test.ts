import { copyFileSync } from 'node:fs';
import { expect } from 'vitest';
import { identify, isAlive, signalProcess, statOf } from '../../../src/system/process/process.ts';
import { type Stage, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

/** The numbers of the attempts that were decided on. */
const resumed = (stage: Stage) =>
  stage.history().flatMap(({ actions }) => actions.flatMap((action) => (action.kind === 'resume' ? [action.attempt] : [])));

const exits = (stage: Stage) =>
  stage.history().flatMap(({ observation }) => (observation.kind === 'process.exited' ? [[observation.code, observation.signal]] : []));

const none = (stage: Stage) => stage.lives().filter(({ overlaps }) => overlaps);

/** Waits for the n-th start of the agent, and returns its identity. */
const started = (stage: Stage, start: number) =>
  until(`start ${start}`, () => {
    const life = stage.lives()[start - 1];
    return life === undefined ? null : identify(life.pid);
  });

story('however a turn ends, the run continues, one attempt at a time, until it is done', async ({ stage }) => {
  stage.agent('case $n in 1) exit 0;; 2) exit 1;; 3) exit 7;; 4) kill -TERM $$;; 5) kill -KILL $$;; esac; echo x >done');
  const { code, stderr } = await stage.dogwatch(['run', '--name', 'job', '--done-file', 'done', '--', './agent.sh']);
  expect([code, stderr]).toEqual([0, expect.stringContaining('job is complete')]);
  expect(stage.lives().map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(resumed(stage)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(none(stage)).toEqual([]);
  expect(exits(stage).slice(0, 5)).toEqual([
    [0, null],
    [1, null],
    [7, null],
    [143, 'SIGTERM'],
    [137, 'SIGKILL'],
  ]);
  expect(stage.run()).toMatchObject({ state: 'complete', resumes: 5, attempt: { number: 6, alive: false } });
});

/** Lives until it is killed the first time, and is done the second time. */
const UNTIL_KILLED = '[ $n = 1 ] && exec sleep 1000; echo x >done';

story('an agent that is killed -9 is resumed', async ({ stage }) => {
  stage.agent(UNTIL_KILLED);
  await stage.does(['run', '--detach', '--name', 'job', '--done-file', 'done', '--', './agent.sh']);
  signalProcess(await started(stage, 1), 'SIGKILL');
  await stage.inState('complete');
  expect(stage.lives()).toHaveLength(2);
  expect(exits(stage)[0]).toEqual([137, 'SIGKILL']);
});

story('an agent whose shim is killed lives on, and is resumed once it dies itself', async ({ stage }) => {
  stage.agent('[ $n = 1 ] && while [ ! -e go ]; do sleep 0.05; done; [ $n = 2 ] && echo x >done; exit 3');
  await stage.does(['run', '--detach', '--name', 'job', '--done-file', 'done', '--', './agent.sh']);
  const agent = await started(stage, 1);
  await stage.inState('working');
  await stage.kill(stage.attempt(1).shim!);
  // The request comes after the shim's death, so its answer means that the death was noticed, or
  // that the agent is watched by then.
  await stage.does(['pause', 'job']);
  await stage.does(['unpause', 'job']);
  expect([isAlive(agent), resumed(stage), stage.run()?.attempt?.alive]).toEqual([true, [1], true]);
  stage.write('go', '');
  await stage.inState('complete');
  expect(stage.lives().map(({ attempt, overlaps }) => [attempt, overlaps])).toEqual([
    [1, false],
    [2, false],
  ]);
  expect(exits(stage)[0]).toEqual([null, null]);
});

story('agent and shim killed at once are resumed', async ({ stage }) => {
  stage.agent(UNTIL_KILLED);
  await stage.does(['run', '--detach', '--name', 'job', '--done-file', 'done', '--', './agent.sh']);
  const agent = await started(stage, 1);
  process.kill(-(stage.attempt(1).shim?.pid ?? 0), 'SIGKILL');
  await stage.inState('complete');
  expect(isAlive(agent)).toBe(false);
  expect(stage.lives()).toHaveLength(2);
  expect(exits(stage)[0]).toEqual([null, null]);
});

story('an agent whose wrapper dies is still watched, and resumed once it dies', async ({ stage }) => {
  stage.agent('[ $n = 1 ] && while [ ! -e go ]; do sleep 0.05; done; [ $n = 2 ] && echo x >done; exit 3');
  stage.write('wrapper.sh', '#!/bin/sh\necho $$ >wrapper\n./agent.sh "$@"\n', 0o755);
  await stage.does(['run', '--detach', '--name', 'job', '--done-file', 'done', '--', './wrapper.sh', 'one', 'two']);
  const agent = await started(stage, 1);
  await stage.kill(identify(Number(stage.lines('wrapper')[0]))!);
  await until('the agent is watched itself', () => stage.run()?.attempt?.agent?.pid === agent.pid);
  expect([isAlive(agent), resumed(stage)]).toEqual([true, [1]]);
  stage.write('go', '');
  await stage.inState('complete');
  expect(stage.lives()).toHaveLength(2);
  expect(none(stage)).toEqual([]);
});

story('a dead agent’s tools are ended before the next attempt starts, but not a shared server', async ({ stage }) => {
  copyFileSync('/bin/sleep', stage.file('ssh-agent'));
  const tools = 'setsid sleep 1000 & echo $! >tool; setsid ./ssh-agent 1000 & echo $! >server; exec sleep 1000';
  stage.agent(`[ $n = 1 ] && { ${tools}; }; grep -s State "/proc/$(cat tool)/status" >tool-state; echo x >done`);
  // Not every system preserves chmod +x in a copy.
  stage.write('job.sh', '#!/bin/sh\nchmod +x ssh-agent\nexec ./agent.sh\n', 0o755);
  await stage.does(['run', '--detach', '--name', 'job', '--done-file', 'done', '--', './job.sh']);
  const agent = await started(stage, 1);
  const server = await until('the server runs', () => identify(Number(stage.lines('server')[0])));
  await until('the server has its name', () => statOf(server.pid)?.comm === 'ssh-agent');
  const tool = await until('the tool runs', () => identify(Number(stage.lines('tool')[0])));
  signalProcess(agent, 'SIGKILL');
  await stage.inState('complete');
  expect([isAlive(tool), isAlive(server)]).toEqual([false, true]);
  expect(stage.lines('tool-state').filter((line) => !/\t[ZX]/.test(line))).toEqual([]);
  const kinds = stage.history().flatMap(({ actions }) => actions.map(({ kind }) => kind));
  expect(kinds).toEqual(['resume', 'end', 'resume']);
});
