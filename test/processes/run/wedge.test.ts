import { expect } from 'vitest';
import { identify, isAlive } from '../../../src/system/process/process.ts';
import { type Stage, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const RUN = ['run', '--detach', '--name', 'job', '--done-file', 'done', '--', './agent.sh'];

/**
 * A process without children that does nothing: the shell itself, waiting for a pipe to which
 * nothing writes.
 */
const SILENCE = 'mkfifo never 2>/dev/null; read -r line <>never';

const agentOf = (stage: Stage, start = 1) => until(`start ${start}`, () => identify(stage.lives()[start - 1]?.pid ?? 0));

const ends = (stage: Stage) =>
  stage.history().flatMap(({ actions }) => actions.flatMap((one) => (one.kind === 'end' ? [one.because] : [])));

story('a silent agent without a tool is ended and resumed', async ({ stage }) => {
  stage.agent(`[ $n = 1 ] && { ${SILENCE}; }; echo x >done`);
  await stage.does(RUN, { env: { DOGWATCH_IDLE: '2s', DOGWATCH_QUIET: '1s' } });
  const agent = await agentOf(stage);
  await stage.inState('complete');
  expect(isAlive(agent)).toBe(false);
  expect(stage.lives()).toMatchObject([{ overlaps: false }, { overlaps: false }]);
  expect(ends(stage)).toEqual([expect.stringContaining('is wedged')]);
});

story('a silent agent with a running tool is busy, and left alone', async ({ stage }) => {
  stage.agent('sleep 1000; :');
  await stage.does(RUN, { env: { DOGWATCH_IDLE: '1s', DOGWATCH_QUIET: '500ms' } });
  const agent = await agentOf(stage);
  await until('it is known to be busy', () => stage.run()?.because.includes('busy with a tool (sleep)'));
  // Several windows of DOGWATCH_IDLE, by the watchdog's own clock.
  const since = stage.run()!.since.mono;
  await until('it was looked at long after', () => (stage.run()?.attempt?.sampledAt?.mono ?? 0) > since + 5000);
  expect([isAlive(agent), ends(stage), stage.run()?.state]).toEqual([true, [], 'quiet']);
});

story('a tool that takes too long is ended once; the second time a person is notified', async ({ stage }) => {
  stage.agent('sleep 1000; :');
  await stage.does(RUN, { env: { DOGWATCH_IDLE: '1s', DOGWATCH_QUIET: '500ms', DOGWATCH_MAX_TOOL: '3s' } });
  await stage.inState('escalated');
  expect(ends(stage)).toEqual([expect.stringMatching(/the tool sleep has been running for .*DOGWATCH_MAX_TOOL/)]);
  expect(stage.lives()).toHaveLength(2);
  expect(isAlive(await agentOf(stage, 2))).toBe(true);
  expect(stage.run()?.because).toContain('second time');
});

story('an attempt without any activity is a failed start', async ({ stage }) => {
  stage.write('mute.sh', `#!/bin/sh\n./agent.sh >/dev/null\n[ -e done ] && exit 0\n${SILENCE}\n`, 0o755);
  stage.agent('[ $n = 2 ] && echo x >done; exit 0');
  await stage.does(['run', '--detach', '--name', 'job', '--done-file', 'done', '--', './mute.sh'], { env: { DOGWATCH_STARTUP: '2s' } });
  await stage.inState('complete');
  expect(ends(stage)).toEqual([expect.stringContaining('a failed start')]);
  expect(stage.lives()).toHaveLength(2);
});

story('an agent that prints, or works silently, is not ended', async ({ stage }) => {
  stage.write('busy.sh', '#!/bin/sh\nwhile [ ! -e go ]; do :; done\n', 0o755);
  await stage.does(['run', '--detach', '--name', 'talks', '--', 'sh', '-c', 'while [ ! -e go ]; do echo on; sleep 0.3; done'], {
    env: { DOGWATCH_IDLE: '2s', DOGWATCH_QUIET: '1s' },
  });
  await stage.does(['run', '--detach', '--name', 'works', '--', './busy.sh'], {
    env: { DOGWATCH_IDLE: '4s', DOGWATCH_QUIET: '1s', DOGWATCH_STARTUP: '1h' },
  });
  const started = stage.run('works')!.registeredAt.mono;
  await until('it was looked at long after', () => (stage.run('works')?.attempt?.sampledAt?.mono ?? 0) > started + 12_000);
  stage.write('go', '');
  for (const name of ['talks', 'works']) {
    await stage.inState('complete', name);
    expect(stage.history(name).flatMap(({ actions }) => actions.map(({ kind }) => kind))).toEqual(['resume']);
  }
});
