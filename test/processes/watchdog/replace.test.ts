import { expect } from 'vitest';
import { story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

story('a watchdog that replaces the running one: that one ends, the agent lives on, and is still watched', async ({ stage }) => {
  stage.agent('exec sleep 1000');
  const first = await stage.watch();
  await stage.does(['run', '--detach', '--name', 'job', '--', './agent.sh']);
  const { pid } = await until('the agent lives', () => stage.lives()[0]);
  const second = await stage.watch({}, ['--replace']);
  expect(second.pid).not.toBe(first.pid);
  expect(stage.lives()).toHaveLength(1);
  process.kill(pid, 'SIGKILL');
  await until('it is resumed', () => stage.lives().length === 2);
  expect(stage.lives()[1]?.overlaps).toBe(false);
});
