import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { lockGate } from '../../../src/store/lease/gate-lock.ts';
import { identify, isAlive, signalProcess } from '../../../src/system/process/process.ts';
import { type Options, type Stage, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const RUN = ['run', '--detach', '--name', 'job', '--done-file', 'done', '--', './agent.sh'];
/** The first life waits to be killed; the second is the last. */
const TWO_LIVES = '[ $n = 1 ] && exec sleep 1000; echo x >done';
/** The shortest timeout allowed. */
const IMPATIENT = { env: { DOGWATCH_LEASE_TIMEOUT: '10s' } };

const firstAgent = (stage: Stage) => until('the agent runs', () => identify(stage.lives()[0]?.pid ?? 0));

/** Living watchdogs, and processes that are about to become one. */
const watchdogs = (stage: Stage) => stage.processes().filter(({ pid }) => commandOf(pid).includes('watch'));

function commandOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

async function gate(stage: Stage, args: readonly string[] = [], options: Options = {}) {
  const { stdout, stderr } = await stage.does(['supervise', '--json', ...args], options);
  const { watchdog, runs } = JSON.parse(stdout);
  return { watchdog, job: runs.find(({ name }: { name: string }) => name === 'job'), stderr };
}

/** A working run whose watchdog was killed. */
async function orphaned(stage: Stage): Promise<void> {
  stage.agent(TWO_LIVES);
  await stage.does(RUN);
  await firstAgent(stage);
  await stage.inState('working');
  await stage.kill(stage.watchdog()!);
}

story('a working run is left alone, and its watchdog is not involved', async ({ stage }) => {
  stage.agent(TWO_LIVES);
  await stage.does(RUN);
  await stage.inState('working');
  // The watchdog goes on looking at its run, so only what was asked of it is compared.
  const asked = () => stage.history().filter(({ observation }) => observation?.kind === 'operator.requested');
  const before = { watchdog: stage.watchdog(), asked: asked() };
  expect(await gate(stage)).toMatchObject({ watchdog: 'alive', job: { state: 'working', verdict: 'nothing', done: null }, stderr: '' });
  const { stdout } = await stage.does(['supervise']);
  expect(stdout).toMatch(/^job {2}nothing {2}attempt 1 was active .* ago\n$/);
  expect({ watchdog: stage.watchdog(), asked: asked() }).toEqual(before);
});

story('without a living watchdog one is started, and only by a gate that may', async ({ stage }) => {
  await orphaned(stage);
  const wanted = { watchdog: 'none', job: { verdict: 'start-watchdog', done: null } };
  expect(await gate(stage, ['--dry-run'])).toMatchObject(wanted);
  for (const name of ['DOGWATCH_SUPERVISE', 'DOGWATCH_ENABLED'])
    expect(await gate(stage, [], { env: { [name]: '0' } })).toMatchObject({ ...wanted, stderr: expect.stringContaining(`${name}=0`) });
  expect(stage.watchdog()).toBe(null);
  const { job } = await gate(stage);
  expect(job).toMatchObject({ verdict: 'start-watchdog', done: `a watchdog was started (process ${stage.watchdog()?.pid})` });
  signalProcess(await firstAgent(stage), 'SIGKILL');
  await stage.inState('complete');
  expect(stage.lives().map(({ attempt, overlaps }) => [attempt, overlaps])).toEqual([
    [1, false],
    [2, false],
  ]);
  await until('the run rests', () => stage.run()?.attempt?.alive === false);
  expect((await gate(stage)).job).toMatchObject({ state: 'complete', verdict: 'nothing' });
});

story('the second of two gates steps aside until the first has ended', async ({ stage }) => {
  await orphaned(stage);
  const first = lockGate(stage.where);
  const second = await gate(stage);
  expect(second).toMatchObject({
    job: { verdict: 'start-watchdog', done: null },
    stderr: expect.stringContaining('leaving the work to it'),
  });
  expect(stage.watchdog()).toBe(null);
  first?.release();
  await gate(stage);
  expect(stage.watchdog()).not.toBe(null);
});

story('a paused run is left alone, without a watchdog as well', async ({ stage }) => {
  stage.agent(TWO_LIVES);
  await stage.does(RUN);
  await stage.does(['pause', 'job', '--because', 'deploying']);
  await stage.kill(stage.watchdog()!);
  expect(await gate(stage)).toMatchObject({ watchdog: 'none', job: { verdict: 'nothing', because: 'it is paused: deploying' } });
  expect(stage.watchdog()).toBe(null);
});

story('a handed-off run needs a person if nothing repairs it, and is not resumed', async ({ stage }) => {
  stage.agent('exit 1');
  await stage.does(RUN, { env: { DOGWATCH_MAX_RESUMES: '1' } });
  await stage.inState('handed-off');
  const before = stage.lives().length;
  const person = { verdict: 'nothing', because: expect.stringContaining('a person was notified') };
  expect(await gate(stage)).toMatchObject({ watchdog: 'alive', job: person });
  await stage.kill(stage.watchdog()!);
  expect(await gate(stage)).toMatchObject({ watchdog: 'none', job: { verdict: 'start-watchdog' } });
  expect(stage.watchdog()).not.toBe(null);
  expect([stage.run()?.state, stage.lives().length]).toEqual(['handed-off', before]);
});

story('a watchdog that stays stopped is replaced: killed first, its agent left alone', async ({ stage }) => {
  stage.agent(TWO_LIVES);
  await stage.does(RUN, IMPATIENT);
  const agent = await firstAgent(stage);
  await stage.inState('working');
  const stopped = stage.watchdog()!;
  signalProcess(stopped, 'SIGSTOP');
  while ((await gate(stage, ['--dry-run'], IMPATIENT)).watchdog !== 'stopped');
  expect((await gate(stage, [], IMPATIENT)).job).toMatchObject({ verdict: 'start-watchdog', done: expect.any(String) });
  expect([isAlive(stopped), isAlive(agent), stage.lives().length]).toEqual([false, true, 1]);
  await until('the new one cares for it', () => stage.run()?.state === 'working');
  signalProcess(agent, 'SIGKILL');
  await stage.inState('complete');
  expect(stage.lives().some(({ overlaps }) => overlaps)).toBe(false);
});

story('resume starts a watchdog if none is alive, once; a watchdog that resumes starts none', async ({ stage }) => {
  stage.agent('[ $n -le 3 ] && exec sleep 1000; echo x >done');
  await stage.does(RUN);
  await firstAgent(stage);
  await stage.inState('working');
  await stage.kill(stage.watchdog()!);
  signalProcess(await firstAgent(stage), 'SIGKILL');
  const asked = await Promise.all([1, 2, 3].map(() => stage.dogwatch(['resume', 'job'])));
  expect(asked.filter(({ code }) => code === 0).length).toBeGreaterThan(0);
  const second = await until('it is resumed', () => identify(stage.lives()[1]?.pid ?? 0));
  const watchdog = stage.watchdog();
  signalProcess(second, 'SIGKILL');
  await until('the watchdog resumes it', () => identify(stage.lives()[2]?.pid ?? 0));
  await until('one watchdog is left, and it is the same', () => watchdogs(stage).length === 1 && stage.watchdog()?.pid === watchdog?.pid);
  expect(stage.lives().some(({ overlaps }) => overlaps)).toBe(false);
});
