import { expect } from 'vitest';
import { type Stage, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const run = (name: string) => ['run', '--detach', '--name', name, '--done-file', 'done', '--', './agent.sh'];

/** Three runs whose agents live. */
async function three(stage: Stage) {
  stage.agent('exec sleep 1000');
  for (const name of ['docs', 'up-1', 'up-2']) await stage.does(run(name));
  await until('all three live', () => stage.lives().length === 3);
}

const states = (stage: Stage) => ['docs', 'up-1', 'up-2'].map((name) => stage.run(name)?.state);
const pauses = (stage: Stage) => ['docs', 'up-1', 'up-2'].map((name) => stage.run(name)?.paused !== null);

story('several runs and patterns: one line for each, and a wrong name does nothing', async ({ stage }) => {
  await three(stage);
  const wrong = await stage.dogwatch(['pause', 'docs', 'up-3']);
  expect([wrong.code, pauses(stage)]).toEqual([66, [false, false, false]]);
  const { stdout } = await stage.does(['pause', 'docs', 'up-*', '--because', 'deploying']);
  expect(stdout.trim().split('\n')).toEqual(['docs', 'up-1', 'up-2'].map((name) => expect.stringMatching(`^${name}: paused`)));
  const { stdout: json } = await stage.does(['unpause', '--all', '--json']);
  expect(
    json
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(['docs', 'up-1', 'up-2'].map((name) => expect.objectContaining({ run: name, accepted: true })));
  expect(pauses(stage)).toEqual([false, false, false]);
  const nobody = await stage.dogwatch(['unpause', '--all']);
  expect([nobody.code, nobody.stderr]).toEqual([0, expect.stringContaining('there is no run to unpause')]);
});

story('stop of several ends them all; one that is refused does not hide the others', async ({ stage }) => {
  await three(stage);
  const asked = await stage.dogwatch(['stop', '--all']);
  expect([asked.code, asked.stderr]).toEqual([64, expect.stringContaining('up-2')]);
  expect(states(stage)).not.toContain('stopped');
  const { stdout } = await stage.does(['stop', 'up-*']);
  expect(stdout.trim().split('\n')).toEqual(['up-1', 'up-2'].map((name) => expect.stringMatching(`^${name}: .*is gone`)));
  const mixed = await stage.dogwatch(['pause', 'up-1', 'docs']);
  expect([mixed.code, mixed.stdout, mixed.stderr]).toEqual([
    64,
    expect.stringMatching('^docs: paused'),
    expect.stringContaining('cannot pause up-1'),
  ]);
  await stage.does(['stop', '--all', '--yes']);
  expect(states(stage)).toEqual(['stopped', 'stopped', 'stopped']);
  expect(stage.processes().filter(({ pid }) => pid !== stage.watchdog()?.pid)).toEqual([]);
});
