import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { StandbyRecord } from '../../../src/launch/standby/record.ts';
import { standbyRecord } from '../../../src/store/directory/layout.ts';
import { isAlive, signalProcess } from '../../../src/system/process/process.ts';
import { type Stage, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const SLEEPS = 'exec sleep 1000';
const RUN = ['run', '--detach', '--name', 'job', '--done-file', 'done', '--', './agent.sh'];

/** The standby for this attempt, once the run's record shows one that lives. */
const standby = (stage: Stage, number = 2): Promise<StandbyRecord> =>
  until('there is a standby', () =>
    recorded(stage).find(({ attempt, shim, command }) => attempt === number && isAlive(shim) && isAlive(command)),
  );

function recorded({ where }: Stage): readonly StandbyRecord[] {
  try {
    return JSON.parse(readFileSync(standbyRecord(where, 'job.1'), 'utf8'));
  } catch {
    return [];
  }
}

const gone = (one: StandbyRecord) => until('the standby is gone', () => !isAlive(one.shim) && !isAlive(one.command));
const died = (stage: Stage) => signalProcess(stage.attempt(stage.lives().length).agent!, 'SIGKILL');

story('the next attempt is the one that waited, again and again', async ({ stage }) => {
  stage.agent('[ $n = 4 ] && { echo x >done; exit; }; exec sleep 1000');
  await stage.does(RUN);
  for (const number of [1, 2, 3]) {
    await until(`attempt ${number} runs`, () => stage.lives().length === number && stage.attempt(number).agent);
    const waiting = await standby(stage, number + 1);
    died(stage);
    await until('the next one runs', () => stage.lives().length > number);
    expect(stage.attempt(number + 1)).toMatchObject({ shim: waiting.shim, agent: waiting.command });
  }
  await stage.inState('complete');
  expect(stage.lives().filter(({ overlaps }) => overlaps)).toEqual([]);
  await until('nothing of it is left', () => recorded(stage).every(({ shim, command }) => !isAlive(shim) && !isAlive(command)));
});

story('with DOGWATCH_STANDBY=0 nothing waits', async ({ stage }) => {
  stage.agent('[ $n = 2 ] && { echo x >done; exit; }; exec sleep 1000');
  await stage.watch({ env: { DOGWATCH_STANDBY: '0' } });
  await stage.does(RUN);
  await stage.inState('working');
  await until('the agent runs', () => stage.attempt(1).agent);
  died(stage);
  await stage.inState('complete');
  expect(existsSync(standbyRecord(stage.where, 'job.1'))).toBe(false);
});

story.for([
  ['pause', ['pause', 'job']],
  ['stop', ['stop', 'job']],
] as const)('a standby is discarded: %s', async ([, command], { stage }) => {
  stage.agent(SLEEPS);
  await stage.does(RUN);
  const waiting = await standby(stage);
  await stage.does(command);
  await gone(waiting);
  expect(stage.lives()).toHaveLength(1);
  expect(readdirSync(dirname(dirname(standbyRecord(stage.where, 'job.1'))))).toContain('job.1');
});

story('it goes with its watchdog, and starts nothing; the next watchdog makes its own', async ({ stage }) => {
  stage.agent(SLEEPS);
  await stage.does(RUN);
  const waiting = await standby(stage);
  await stage.kill(stage.watchdog()!);
  await gone(waiting);
  expect([stage.lives().length, existsSync(dirname(stage.attempt(2).mark ?? '/none/none'))]).toEqual([1, false]);
  await stage.watch();
  const next = await standby(stage);
  died(stage);
  await until('the next attempt runs', () => stage.lives().length === 2);
  await until('it is known', () => stage.attempt(2).agent);
  expect(stage.attempt(2).shim).toEqual(next.shim);
  await stage.does(['stop', 'job']);
});

story('a changed environment file is what the next attempt gets', async ({ stage }) => {
  stage.agent('echo "$WHICH" >>which; [ $n = 2 ] && { echo x >done; exit; }; exec sleep 1000');
  await stage.does(RUN, { env: { WHICH: 'before' } });
  const waiting = await standby(stage);
  const [file = ''] = readdirSync(stage.where.environments);
  const path = join(stage.where.environments, file);
  writeFileSync(path, readFileSync(path, 'utf8').replace('"before"', '"after"'));
  died(stage);
  await stage.inState('complete');
  expect(stage.lines('which')).toEqual(['before', 'after']);
  await gone(waiting);
});

story('one that is killed is replaced by the usual way', async ({ stage }) => {
  stage.agent('[ $n = 2 ] && { echo x >done; exit; }; exec sleep 1000');
  await stage.does(RUN);
  const waiting = await standby(stage);
  for (const one of [waiting.command, waiting.shim]) signalProcess(one, 'SIGKILL');
  await gone(waiting);
  died(stage);
  await stage.inState('complete');
  expect(stage.lives().map(({ attempt }) => attempt)).toEqual([1, 2]);
});
