import { expect } from 'vitest';
import { story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

story('a new watchdog that finds the disk full resumes nothing there: it measures before it decides', async ({ stage }) => {
  stage.agent('exec sleep 600');
  await stage.does(['run', '--name', 'job', '--detach', '--', './agent.sh']);
  const [first] = await until('the agent runs', () => stage.lives().length === 1 && stage.lives());
  await stage.kill(stage.watchdog()!);
  process.kill(first!.pid, 'SIGKILL');

  // No disk has this much available.
  await stage.watch({ env: { DOGWATCH_DISK_CRITICAL: '100%', DOGWATCH_DISK_SOFT: '100%' } });
  const held = await until('the disk holds it', () => stage.run()?.holds.some(({ kind }) => kind === 'disk') === true && stage.run());
  expect(held).toMatchObject({ state: 'waiting', charged: [], tried: 1 });
  expect(stage.lives()).toHaveLength(1);
});
