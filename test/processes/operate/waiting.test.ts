import { expect } from 'vitest';
import { isActive } from '../../../src/core/model/run.ts';
import { identify, signalProcess } from '../../../src/system/process/process.ts';
import { ended, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const run = (name: string, ...more: string[]) => [
  'run',
  '--detach',
  '--name',
  name,
  ...more,
  '--done-file',
  `${name}.done`,
  '--',
  './agent.sh',
];

story('wait returns when runs are over or need a person', async ({ stage }) => {
  stage.agent(
    'while [ ! -e go ]; do sleep 0.1; done; [ "$DOGWATCH_RUN" = docs ] && exec dogwatch blocked --because "no token"; echo x >up.done',
  );
  await stage.does(run('docs'));
  await stage.does(run('up'));
  const waits = [['up'], ['docs'], ['docs', 'up'], ['up', '--for', 'failed']].map((args) => ended(stage.start(['wait', ...args])));
  await stage.does(['wait', 'up', '--for', 'working']);
  const early = await stage.dogwatch(['wait', 'up', '--timeout', '100ms']);
  expect([early.code, early.stdout]).toEqual([75, expect.stringContaining('up: still ')]);
  stage.write('go', '');
  const codes = (await Promise.all(waits)).map(({ code }) => code);
  expect(codes).toEqual([0, 2, 2, 1]);
});

story('wait without a watchdog says so, and goes on waiting', async ({ stage }) => {
  stage.agent('exec sleep 1000');
  await stage.does(run('job'));
  await until('it lives', () => identify(stage.lives()[0]?.pid ?? 0));
  await stage.kill(stage.watchdog()!);
  const waiting = stage.start(['wait', 'job']);
  let said = '';
  waiting.stderr?.on('data', (text) => {
    said += String(text);
  });
  const over = ended(waiting);
  await until('it says so', () => said.includes('no watchdog is running'));
  await stage.watch();
  await stage.does(['stop', 'job']);
  expect(await over).toMatchObject({ code: 1, stdout: expect.stringMatching('^job: stopped') });
});

story('set changes a setting while the run runs; what cannot be changed is refused', async ({ stage }) => {
  stage.agent('[ $n -ge 2 ] && exec sleep 1000; exit 5');
  await stage.does(run('job'), { env: { DOGWATCH_BACKOFF_MIN: '1h', DOGWATCH_BACKOFF_MAX: '2h', DOGWATCH_PROMPT_AFTER: '1h' } });
  await until('it waits', () => stage.run()?.due != null);
  const refusals = [
    ['DOGWATCH_BACKOFF_MIN=3h'],
    ['DOGWATCH_IDLE=soon'],
    ['DOGWATCH_DISK_SOFT=5%'],
    ['DOGWATCH_IDEL=5m'],
    ['DOGWATCH_IDLE'],
    ['DOGWATCH_LAUNCHER=tmux'],
  ];
  for (const pairs of refusals) {
    const { code, stderr } = await stage.dogwatch(['set', 'job', ...pairs]);
    expect([pairs, code, stderr]).toEqual([pairs, expect.toBeOneOf([64, 78]), expect.stringContaining('DOGWATCH_')]);
  }
  const { stdout } = await stage.does(['set', 'job', 'DOGWATCH_BACKOFF_MIN=10ms', 'DOGWATCH_BACKOFF_MAX=1s']);
  expect(stdout).toContain('DOGWATCH_BACKOFF_MIN 1h → 10ms');
  expect(stage.history().at(-1)?.because).toContain('settings changed by the operator');
  expect(stage.run()?.spec.policy).toMatchObject({ backoffMinMs: 10, backoffMaxMs: 1000 });
  const { stdout: replay } = await stage.does(['replay', 'job']);
  expect(replay).toContain('none differs');
  const { stdout: config } = await stage.does(['config', 'job']);
  expect(config).toMatch(/DOGWATCH_BACKOFF_MIN +10ms +set since; 1h when registered, default 5s/);
});

story('rerun starts the job of a run again as its next generation', async ({ stage }) => {
  stage.agent('cat >prompt-$n; echo "$SECRET_WORD" >>words; [ $n = 3 ] || exec sleep 1000; echo x >job.done');
  await stage.does(run('job', '--prompt', 'do it', '--check', 'test -s job.done'), { env: { SECRET_WORD: 'first' } });
  await until('it lives', () => stage.lines('words').length === 1);
  const early = await stage.dogwatch(['rerun', 'job']);
  expect([early.code, early.stderr]).toEqual([64, expect.stringContaining('dogwatch resume job')]);
  await stage.does(['stop', 'job']);
  await stage.does(['rerun', 'job', '--detach']);
  await until('it lives again', () => stage.lines('words').length === 2);
  expect(stage.run()).toMatchObject({ generation: 2, spec: { prompt: 'do it', done: { check: 'test -s job.done' } } });
  signalProcess(identify(stage.lives()[1]?.pid ?? 0)!, 'SIGKILL');
  await stage.inState('complete');
  await until('it is gone', () => !isActive(stage.run()!));
  // Its variables are gone with its end, so those of the shell are used.
  const { stderr } = await stage.does(['rerun', 'job', '--detach'], { env: { SECRET_WORD: 'later' } });
  expect(stderr).toContain("the variables are this shell's");
  await until('it lives once more', () => stage.lines('words').length === 4);
  expect(stage.lines('words')).toEqual(['first', 'first', 'first', 'later']);
  expect(stage.lines('prompt-4').length + stage.run()!.generation).toBe(3);
});
