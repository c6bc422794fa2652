import { expect } from 'vitest';
import { story } from '../../kit/stage.ts';

story('on a machine without Docker a run starts normally, and its history says that nothing was removed', async ({ stage }) => {
  stage.agent('echo x >done');
  const env = { DOGWATCH_PRERECLAIM: '1' };
  const { code } = await stage.dogwatch(['run', '--name', 'job', '--done-file', 'done', '--', './agent.sh'], { env });
  expect(code).toBe(0);
  const [started] = stage.history().filter(({ observation }) => observation.kind === 'action.settled');
  expect(started?.because).toContain('no stale images were removed before it: Docker is not available');

  expect(stage.run()).toMatchObject({ state: 'complete', resumes: 0 });
});
