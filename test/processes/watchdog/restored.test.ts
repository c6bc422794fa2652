import { cpSync, renameSync, rmSync } from 'node:fs';
import { expect } from 'vitest';
import { identify, isAlive, signalProcess } from '../../../src/system/process/process.ts';
import { type Stage, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const RUN = ['run', '--detach', '--name', 'job', '--done-file', 'done', '--', './agent.sh'];
const FOREVER = 'exec sleep 1000';

const notStarted = (stage: Stage): number =>
  stage.history().filter(({ observation: seen }) => seen.kind === 'action.settled' && seen.outcome.kind === 'not-started').length;

const agentOf = (stage: Stage, start: number) => until(`start ${start}`, () => identify(stage.lives()[start - 1]?.pid ?? 0));

story('an older copy of the complete state is put back while an agent lives: no second one is started', async ({ stage }) => {
  const copy = `${stage.directory}/copy`;
  stage.agent(FOREVER);
  await stage.does(RUN);
  await agentOf(stage, 1);
  await stage.kill(stage.watchdog()!);
  cpSync(stage.where.stateDir, copy, { recursive: true, filter: (path) => !/\/alive(-\d)?$/.test(path) });
  const second = await stage.watch();
  signalProcess(await agentOf(stage, 1), 'SIGKILL');
  const later = await agentOf(stage, 2);
  await until('attempt 2 is known', () => stage.run()?.attempt?.number === 2);
  await stage.kill(second);
  renameSync(stage.where.stateDir, `${stage.directory}/aside`);
  renameSync(copy, stage.where.stateDir);

  await stage.watch();
  const { because } = (await stage.inState('escalated'))!;
  expect(because).toContain(`${later.pid} (sleep, attempt 2)`);
  expect(stage.lives()).toHaveLength(2);
  expect(stage.run()?.charged).toEqual([]);

  await stage.does(['resume', 'job']);
  await until('it is held again', () => notStarted(stage) === 2);
  expect(stage.lives()).toHaveLength(2);

  const { stdout } = await stage.does(['stop', 'job']);
  expect(stdout).toContain('every process that carries its mark is gone');
  expect([isAlive(later), stage.run()?.state]).toEqual([false, 'stopped']);
});

story('the file with a run’s variables is gone: that is reported, and not charged', async ({ stage }) => {
  stage.agent('[ $n -gt 1 ] && exec sleep 1000; while [ ! -f die ]; do sleep 0.05; done; exit 1');
  await stage.does(RUN);
  await agentOf(stage, 1);
  const kept = `${stage.directory}/kept`;
  renameSync(stage.where.environments, kept);
  stage.write('die', '');
  const run = await stage.inState('escalated');
  expect(run).toMatchObject({ because: expect.stringContaining("the environment of the run can't be read"), charged: [], shot: null });
  rmSync(stage.where.environments, { recursive: true, force: true });
  renameSync(kept, stage.where.environments);
  await stage.does(['resume', 'job']);
  await agentOf(stage, 2);
});

const noticesOf = async (stage: Stage): Promise<readonly string[]> =>
  JSON.parse((await stage.does(['status', '--json'])).stdout).notices.map(({ cause }: { cause: string }) => cause);

story(
  'an older database is put back, and later attempts are on disk: numbers continue, nothing is charged, a person is notified',
  async ({ stage }) => {
    stage.agent(
      '[ $n -ge 5 ] && exec sleep 1000; while [ ! -f die$n ]; do sleep 0.05; done; case $n in 1) echo one;; 2) echo two;; *) echo three;; esac; exit 1',
    );
    await stage.does(RUN);
    await agentOf(stage, 1);
    await stage.kill(stage.watchdog()!);
    cpSync(stage.where.stateDir, `${stage.directory}/copy`, { recursive: true, filter: (path) => !path.includes('/runs') });
    const second = await stage.watch();
    for (const start of [1, 2, 3]) {
      await agentOf(stage, start);
      stage.write(`die${start}`, '');
    }
    await agentOf(stage, 4);
    await until('attempt 4 is known', () => stage.run()?.attempt?.number === 4);
    await stage.kill(second);
    signalProcess(await agentOf(stage, 4), 'SIGKILL');
    for (const end of ['', '-wal', '-shm']) rmSync(`${stage.where.database}${end}`, { force: true });
    cpSync(`${stage.directory}/copy`, stage.where.stateDir, { recursive: true });
    expect(stage.run()?.tried).toBe(1);

    await stage.watch();
    await agentOf(stage, 5);
    await until('attempt 5 is known', () => stage.run()?.attempt?.number === 5);
    expect(stage.lives().map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5]);
    expect(stage.run()).toMatchObject({ tried: 5, charged: [] });
    expect(stage.history().some(({ because }) => because.includes('the state had lost attempts 2 to 4 of this run'))).toBe(true);
    expect(await noticesOf(stage)).toContain('lost/job.1');
  },
);

story('the same while the last of them lives: it is adopted', async ({ stage }) => {
  stage.agent('[ $n -ge 2 ] && exec sleep 1000; while [ ! -f die$n ]; do sleep 0.05; done; exit 1');
  await stage.does(RUN);
  await agentOf(stage, 1);
  await stage.kill(stage.watchdog()!);
  cpSync(stage.where.stateDir, `${stage.directory}/copy`, { recursive: true, filter: (path) => !path.includes('/runs') });
  const second = await stage.watch();
  stage.write('die1', '');
  const later = await agentOf(stage, 2);
  await until('attempt 2 is known', () => stage.run()?.attempt?.number === 2);
  await stage.kill(second);
  for (const end of ['', '-wal', '-shm']) rmSync(`${stage.where.database}${end}`, { force: true });
  cpSync(`${stage.directory}/copy`, stage.where.stateDir, { recursive: true });

  await stage.watch();
  await until('attempt 2 is known again', () => stage.run()?.attempt?.number === 2);
  expect(stage.run()).toMatchObject({ tried: 2, charged: [], attempt: { alive: true, startedAt: expect.anything() } });
  expect([isAlive(later), stage.lives().length]).toEqual([true, 2]);
  await stage.does(['stop', 'job']);
  expect(isAlive(later)).toBe(false);
});
