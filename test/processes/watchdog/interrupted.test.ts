import { existsSync, rmSync } from 'node:fs';
import { expect } from 'vitest';
import { lastBeat } from '../../../src/store/lease/heartbeat.ts';
import { identify, isAlive, monoMs, signalProcess } from '../../../src/system/process/process.ts';
import { ended, type Stage, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const RUN = ['run', '--detach', '--name', 'job', '--done-file', 'done', '--', './agent.sh'];

const agentOf = (stage: Stage) => until('the agent runs', () => identify(stage.lives()[0]?.pid ?? 0));

const left = (stage: Stage) => stage.processes().filter(({ pid }) => pid !== stage.watchdog()?.pid);

story('a stop whose watchdog is killed midway is still finished', async ({ stage }) => {
  stage.agent("trap '' TERM; while :; do sleep 1000; done");
  await stage.does(RUN, { env: { DOGWATCH_GRACE: '3s' } });
  await stage.inState('working');
  const stop = stage.dogwatch(['stop', 'job']);
  await until('it is being ended', () => stage.run()?.pending?.kind === 'end');
  await stage.kill(stage.watchdog()!);
  expect(await stop).toMatchObject({ code: 0, stdout: expect.stringContaining('gone') });
  expect([stage.run()?.state, left(stage)]).toEqual(['stopped', []]);
  expect(stage.lives()).toHaveLength(1);
});

story('a run is stopped whatever it is doing', async ({ stage }) => {
  // Each time in another way: a run that fails repeatedly in the same way is handed off.
  stage.agent('read -r n <count; echo $((n % 90 + 1)) >count; exit "$n"');
  stage.write('count', '1\n');
  const env = { DOGWATCH_MAX_RESUMES: '1000' };
  for (const generation of [1, 2, 3, 4, 5]) {
    await stage.does(RUN, { env });
    if (generation > 2) await until('it was resumed several times', () => (stage.run()?.resumes ?? 0) >= generation);
    await stage.does(['stop', 'job']);
    const lives = stage.lives().length;
    expect([stage.run()?.state, stage.run()?.generation, stage.run()?.attempt?.alive ?? false]).toEqual(['stopped', generation, false]);
    // A later request is answered after anything that could still follow.
    await stage.does(['run', '--name', 'other', '--', 'true']);
    expect(stage.lives()).toHaveLength(lives);
  }
});

story('an agent says done while no watchdog lives: one is started, outside of its processes', async ({ stage }) => {
  stage.agent('while [ ! -e go ]; do sleep 0.05; done; dogwatch done --because "all of it"; exec sleep 1000');
  await stage.does(RUN, { env: { DOGWATCH_LINGER: '0s' } });
  await stage.inState('working');
  await stage.kill(stage.watchdog()!);
  stage.write('go', '');
  await stage.inState('complete');
  const outlives = await until(
    'what lingered is gone',
    () => stage.run()?.attempt?.alive === false && left(stage).length === 0 && stage.watchdog(),
  );
  expect(isAlive(outlives)).toBe(true);
});

story('a watchdog that stays stopped for too long is replaced', async ({ stage }) => {
  stage.agent('[ $n = 1 ] && exec sleep 1000; echo x >done');
  await stage.does(RUN);
  const agent = await agentOf(stage);
  await stage.inState('working');
  const first = stage.watchdog()!;
  signalProcess(first, 'SIGSTOP');
  await until('it gave no sign of life for long enough', () => monoMs() - (lastBeat(stage.where)?.mono ?? 0) > 10_000);
  const second = await stage.watch({ env: { DOGWATCH_LEASE_TIMEOUT: '10s' } });
  expect([isAlive(first), isAlive(second)]).toEqual([false, true]);
  signalProcess(agent, 'SIGKILL');
  await stage.inState('complete');
  expect(stage.lives()).toHaveLength(2);
});

story('a watchdog for certain runs ends with them, one that a run started ends when all are over', async ({ stage }) => {
  stage.agent('while [ ! -e go ]; do sleep 0.05; done; echo x >done');
  await stage.does(RUN);
  await stage.kill(stage.watchdog()!);
  const child = stage.start(['watch', 'job']);
  const end = ended(child);
  await until('it runs', () => stage.watchdog()?.pid === child.pid);
  stage.write('go', '');
  expect((await end).code).toBe(0);
  expect(stage.run()?.state).toBe('complete');
  await stage.does(['run', '--name', 'other', '--', 'true']);
  const own = stage.watchdog();
  expect(own).not.toBe(null);
  await until('it has ended by itself', () => stage.watchdog() === null);
  const unknown = await stage.dogwatch(['watch', 'jab']);
  expect([unknown.code, unknown.stderr]).toEqual([66, expect.stringContaining('job')]);
});

story('a run without its directory is retried, and resumed when the directory is back', async ({ stage }) => {
  const inner = stage.file('inner');
  stage.agent('[ $n = 1 ] && rm -rf inner; [ $n = 2 ] && echo x >done; exit 1');
  stage.write('from-inside.sh', '#!/bin/sh\ncd .. && exec ./agent.sh\n', 0o755);
  const make = () => stage.does(['run', '--name', 'make', '--', 'mkdir', inner]);
  await make();
  // Leaves time to recreate it: a run that cannot be started for lack of it three times in a row is
  // handed off.
  const env = { DOGWATCH_BACKOFF_MIN: '5s', DOGWATCH_BACKOFF_MAX: '5s' };
  await stage.does(['run', '--detach', '--name', 'job', '--done-file', '../done', '--', '../from-inside.sh'], { cwd: inner, env });
  await until('it is said', () => stage.run()?.streak.startFailures);
  expect(
    stage
      .history()
      .map(({ because }) => because)
      .join('\n'),
  ).toContain(`the working directory ${inner} is gone`);
  await make();
  await stage.inState('complete');
});

story('a flood of output is read to its end, in any shape', async ({ stage }) => {
  const flood =
    'head -c 30000000 /dev/zero | tr "\\\\0" "x"; echo; head -c 3000000 /dev/urandom; echo; yes "another line" | head -n 2000000';
  stage.agent(`${flood}; echo "ALL DONE"; exit 0`);
  const { code } = await stage.dogwatch(['run', '--detach', '--name', 'job', '--done-log', '^ALL DONE$', '--', './agent.sh']);
  expect(code).toBe(0);
  await stage.inState('complete');
  expect(stage.run()?.attempt?.bytes).toBeGreaterThan(50_000_000);
  expect(stage.lives()).toHaveLength(1);
});

story('a watchdog whose state was removed ends: what it writes would be lost', async ({ stage }) => {
  stage.agent('sleep 1000');
  await stage.does(RUN);
  await stage.inState('working');
  const watchdog = stage.watchdog()!;
  rmSync(stage.where.stateDir, { recursive: true });
  await until('it has ended', () => !isAlive(watchdog));
  expect(existsSync(stage.where.database)).toBe(false);
});

story('a run in the foreground starts another watchdog when its own was killed', async ({ stage }) => {
  stage.agent('[ $n = 2 ] && touch done; until [ -e go ]; do sleep 0.05; done; exit 1');
  const ran = stage.dogwatch(['run', '--name', 'job', '--done-file', 'done', '--', './agent.sh']);
  await stage.inState('working');
  await stage.kill(stage.watchdog()!);
  stage.write('go', '');
  expect(await ran).toMatchObject({ code: 0, stderr: expect.stringContaining('the watchdog is gone; starting another one') });
});
