import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { filesystems } from '../../../src/cli/status/filesystems.ts';
import { NEVER_SHORT } from '../../kit/never-short.ts';

const pressureWith = async (env: NodeJS.ProcessEnv) =>
  (await filesystems([tmpdir()], { ...NEVER_SHORT, ...env })).map(({ pressure }) => pressure);

test.each([
  ['no threshold', {}, 'none'],
  ['the soft threshold', { DOGWATCH_DISK_SOFT: '100%' }, 'soft'],
  ['the critical threshold', { DOGWATCH_DISK_SOFT: '100%', DOGWATCH_DISK_CRITICAL: '100%' }, 'critical'],
])('below %s', async (_what, env, pressure) => {
  expect(await pressureWith(env)).toEqual([pressure]);
});

test('returns each filesystem once, under the first of its paths', async () => {
  const seen = await filesystems(['/dev/no/such/path', '/dev', '/proc'], NEVER_SHORT);
  expect(seen.map(({ path }) => path)).toEqual(['/dev/no/such/path', '/proc']);
});
