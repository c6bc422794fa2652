import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { ProcessIdentity } from '../../../src/core/model/facts.ts';
import type { StandbyRecord } from '../../../src/launch/standby/record.ts';
import { standbyRecord } from '../../../src/store/directory/layout.ts';
import { markedProcesses } from '../../../src/system/process/marks.ts';
import { isAlive, signalProcess, statOf } from '../../../src/system/process/process.ts';
import { type Stage, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const SLEEPS = 'exec sleep 1000';
const RUN = ['run', '--detach', '--name', 'job', '--done-file', 'done', '--', './agent.sh'];

interface Waiting {
  readonly shim: ProcessIdentity;
  readonly command: ProcessIdentity;
}

const isAsleep = ({ pid }: ProcessIdentity): boolean => statOf(pid)?.state === 'S';

/**
 * The standby for this attempt, once its watchdog knows it: its command sleeps only after it has
 * said that it is ready, and the watchdog then sleeps only after it has read that.
 */
const standby = (stage: Stage, number = 2): Promise<Waiting> =>
  until('there is a standby', () => {
    const { mark } = recorded(stage).findLast(({ attempt }) => attempt === number) ?? {};
    const found = mark === undefined ? [] : (markedProcesses(new Set([mark])).get(mark) ?? []);
    const [shim, command] = [found.find(({ pid, sid }) => pid === sid), found.find(({ pid, sid }) => pid !== sid)];
    if (!shim || !command || !isAsleep(command.identity) || !isAsleep(stage.watchdog()!)) return undefined;
    return { shim: shim.identity, command: command.identity };
  });

function recorded({ where }: Stage): readonly StandbyRecord[] {
  try {
    return JSON.parse(readFileSync(standbyRecord(where, 'job.1'), 'utf8'));
  } catch {
    return [];
  }
}

const gone = (one: Waiting) => until('the standby is gone', () => !isAlive(one.shim) && !isAlive(one.command));
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
  const marks = new Set(recorded(stage).map(({ mark }) => mark));
  await until('nothing of it is left', () => markedProcesses(marks).size === 0);
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

story('attempts that die while their standbys are being made are resumed all the same', async ({ stage }) => {
  stage.agent('[ $n = 15 ] && { echo x >done; exit; }; sleep 0.1$((n * 7 % 10))');
  await stage.does(RUN);
  await stage.inState('complete');
  expect(stage.lives().map(({ attempt }) => attempt)).toEqual(Array.from({ length: 15 }, (_, index) => index + 1));
  expect(stage.lives().filter(({ overlaps }) => overlaps)).toEqual([]);
  expect(stage.history().filter(({ because }) => because.includes('unknown to dogwatch'))).toEqual([]);
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
