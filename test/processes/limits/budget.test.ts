import { expect } from 'vitest';
import { isAlive } from '../../../src/system/process/process.ts';
import { type Stage, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const RUN = ['run', '--name', 'job', '--done-file', 'done', '--', './agent.sh'];
const DETACHED = ['run', '--detach', ...RUN.slice(1)];
/** There is evidence, and it says that nothing has changed: every resume is charged. */
const IN_PLACE = ['run', '--progress', 'echo 0', ...RUN.slice(1)];

const handOffs = (stage: Stage) =>
  stage.history().flatMap(({ actions }) => actions.filter((action) => action.kind === 'escalate' && action.to === 'supervisor'));

story('a run without progress is handed off once, and only a person retries it', async ({ stage }) => {
  stage.agent('exit $n');
  const { code, stderr } = await stage.dogwatch(IN_PLACE, { env: { DOGWATCH_MAX_RESUMES: '3' } });
  expect([code, stderr]).toEqual([3, expect.stringContaining('handed-off')]);
  expect(stage.lives()).toHaveLength(4);
  expect(stage.run()).toMatchObject({ state: 'handed-off', resumes: 3, because: expect.stringContaining('DOGWATCH_MAX_RESUMES=3') });
  for (let restarts = 0; restarts < 2; restarts++) {
    const watchdog = stage.watchdog() ?? (await stage.watch());
    await stage.kill(watchdog);
    await stage.watch();
    // dogwatch has inspected the run and answers.
    await stage.does(['pause', 'job']);
    await stage.does(['unpause', 'job']);
  }
  expect([stage.run()?.state, handOffs(stage).length, stage.lives().length]).toEqual(['handed-off', 1, 4]);
  await stage.does(['resume', 'job']);
  await until('it is handed off again', () => stage.lives().length === 8 && stage.run()?.state === 'handed-off');
  expect(handOffs(stage)).toHaveLength(2);
});

story('the total number of resumes has a limit that milestones do not raise', async ({ stage }) => {
  stage.agent('dogwatch progress --because "step $n"; exit 1');
  const env = { DOGWATCH_MAX_RESUMES: '3', DOGWATCH_MAX_RESUMES_TOTAL: '5' };
  expect((await stage.dogwatch(RUN, { env })).code).toBe(3);
  expect(stage.run()).toMatchObject({ resumes: 5, because: expect.stringContaining('DOGWATCH_MAX_RESUMES_TOTAL=5') });
  expect(stage.lives()).toHaveLength(6);
  expect(handOffs(stage)).toHaveLength(1);
});

story('a new commit is a milestone, and restores the budget', async ({ stage }) => {
  const git = 'git -c user.name=agent -c user.email=agent@localhost';
  const commits = `case $n in 1|3|5|7) ${git} commit -q --allow-empty -m "$n";; esac`;
  stage.agent(`until [ -e go-$n ]; do sleep 0.05; done; [ $n = 1 ] && git init -q . ; ${commits}; [ $n = 9 ] && echo x >done; exit 1`);
  stage.write('.gitignore', '*\n');
  await stage.does(DETACHED, { env: { DOGWATCH_MAX_RESUMES: '3' } });
  // Each attempt's results are inspected before the next one starts: later it would be unclear
  // whose commit it was.
  for (let attempt = 0; attempt < 9; attempt++) {
    await until(`attempt ${attempt} was looked at`, () => (stage.run()?.answered.evidence ?? -1) >= attempt);
    stage.write(`go-${attempt + 1}`, '');
  }
  await stage.inState('complete');
  expect([stage.run()?.state, stage.lives().length]).toEqual(['complete', 9]);
  expect(stage.run()?.milestone?.what).toContain('new commit');
});

story('a higher number and a new text are milestones, known ones are not', async ({ stage }) => {
  stage.agent('while [ ! -e go-$n ]; do sleep 0.05; done; exit 1');
  stage.write('step', '1\n');
  await stage.does(['run', '--progress', 'cat step', ...DETACHED.slice(1)]);
  // Whatever exists before the first attempt has done anything is not the run's progress.
  await until('the first look is over', () => (stage.run()?.answered.evidence ?? -1) >= 0);
  for (const [index, step] of ['3', '2', '3', '4', 'four of ten', '4', 'four of ten'].entries()) {
    stage.write('step', `${step}\n`);
    stage.write(`go-${index + 1}`, '');
    await until(
      `attempt ${index + 1} was looked at`,
      () => (stage.run()?.answered.evidence ?? -1) >= index + 1 && stage.lives()[index + 1],
    );
  }
  const milestones = stage.history().flatMap(({ because }) => /progress (is at \d+|says "[^"]*")/.exec(because)?.[0] ?? []);
  expect(milestones).toEqual(['progress is at 3', 'progress is at 4', 'progress says "four of ten"']);
  expect(stage.run()).toMatchObject({ charged: [6, 7, 8], milestone: { attempt: 5 } });
});

story('a slow --progress does not delay a due resume', async ({ stage }) => {
  stage.agent('[ $n = 4 ] && echo x >done; exit $n');
  await stage.does(['run', '--progress', 'sleep 1000', ...RUN.slice(1)], { env: { DOGWATCH_EVIDENCE_TIMEOUT: '1h' } });
  expect([stage.run()?.state, stage.lives().length]).toEqual(['complete', 4]);
  expect(stage.history().filter(({ observation }) => observation.kind === 'evidence.gathered')).toEqual([]);
});

story('a command that cannot be started is abandoned after three tries, and can be retried', async ({ stage }) => {
  stage.agent('echo x >done');
  await stage.does(['run', '--detach', '--name', 'other', '--', 'sleep', '1000']);
  const watchdog = stage.watchdog()!;
  await stage.does(['pause', 'other']);
  const off = { env: { DOGWATCH_ENABLED: '0' } };
  await stage.kill(watchdog);
  await stage.watch(off);
  await stage.does(DETACHED);
  const program = stage.write('agent.sh', '#!/bin/sh\n', 0o644);
  await stage.kill(stage.watchdog()!);
  await stage.watch();
  await stage.inState('failed');
  expect(stage.run()?.because).toContain(program);
  expect(stage.lives()).toEqual([]);
  stage.agent('echo x >done');
  await stage.does(['resume', 'job']);
  await stage.inState('complete');
  expect(isAlive(stage.watchdog()!)).toBe(true);
});
