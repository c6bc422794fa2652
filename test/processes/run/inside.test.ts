import { expect } from 'vitest';
import { story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const ASKS = 'dogwatch run --detach --name child -- sleep 1000; dogwatch pause victim; echo asked >asked; exec sleep 1000';
const RUN = ['run', '--detach', '--name', 'job', '--', './agent.sh'];
const VICTIM = ['run', '--detach', '--name', 'victim', '--', 'sleep', '1000'];

story('a run’s requests are followed, and each history says which run made them', async ({ stage }) => {
  stage.agent(ASKS);
  await stage.does(VICTIM);
  await stage.does(RUN);
  await until('it has asked', () => stage.lines('asked').length > 0);
  expect((await stage.does(['history', 'child'])).stdout).toContain('registered from inside job, attempt 1');
  expect((await stage.does(['history', 'victim'])).stdout).toContain('paused from inside job, attempt 1');
  expect((await stage.does(['history', 'job'])).stdout).not.toContain('from inside');
});

story('an agent that has cleared its variables is recognized by its parents', async ({ stage }) => {
  stage.agent('env -i "PATH=$PATH" "HOME=$HOME" "DOGWATCH_STATE_DIR=$DOGWATCH_STATE_DIR" dogwatch pause victim; exec sleep 1000');
  await stage.does(VICTIM);
  await stage.does(RUN);
  await until('it has asked', () => stage.run('victim')?.paused != null);
  expect((await stage.does(['history', 'victim'])).stdout).toContain('paused from inside job, attempt 1');
});

story('DOGWATCH_ALLOW_INSIDE=own: only about itself; refusals are recorded', async ({ stage }) => {
  const env = { DOGWATCH_ALLOW_INSIDE: 'own' };
  stage.agent(ASKS.replace('echo asked', 'dogwatch pause job && echo asked'));
  await stage.does(VICTIM, { env });
  await stage.does(RUN, { env });
  await until('it has asked', () => stage.lines('asked').length > 0);
  expect(stage.run('child')).toBe(null);
  expect([stage.run('victim')?.paused, stage.run()?.paused?.because]).toEqual([null, expect.stringContaining('from inside job')]);
  expect((await stage.does(['history', 'victim'])).stdout).toContain('from inside job, attempt 1, and refused');
});
