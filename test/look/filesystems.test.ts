import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { filesystems } from '../../src/look/filesystems.ts';
import { marksFrom } from '../../src/settings/disk.ts';
import { readSettings } from '../../src/settings/read.ts';
import { disksOf } from '../../src/view/disks.ts';
import { NEVER_SHORT } from '../kit/never-short.ts';

test.each([
  ['no threshold', {}, 'none'],
  ['the soft threshold', { DOGWATCH_DISK_SOFT: '100%' }, 'soft'],
  ['the critical threshold', { DOGWATCH_DISK_SOFT: '100%', DOGWATCH_DISK_CRITICAL: '100%' }, 'critical'],
])('below %s', async (_what, env, pressure) => {
  const marks = marksFrom(readSettings({ ...NEVER_SHORT, ...env }).settings);
  const disks = disksOf(await filesystems([tmpdir()]), [], { marks, host: null, nowWall: 0, nowMono: null });
  expect(disks.map((disk) => disk.pressure)).toEqual([pressure]);
});

test('returns each filesystem once, under the first of its paths', async () => {
  const seen = await filesystems(['/dev/no/such/path', '/dev', '/proc']);
  expect(seen.map(({ path }) => path)).toEqual(['/dev/no/such/path', '/proc']);
});
