import { expect, test } from 'vitest';
import { marksFrom } from '../../src/settings/disk.ts';
import { readSettings } from '../../src/settings/read.ts';
import { MARKS } from '../kit/core/disks.ts';

test('the thresholds are those of the settings', () => {
  expect(marksFrom(readSettings({}).settings)).toEqual(MARKS);
  const env = {
    DOGWATCH_DISK_SOFT: '1%',
    DOGWATCH_DISK_CRITICAL: '2B',
    DOGWATCH_INODES_SOFT: '4%',
    DOGWATCH_INODES_CRITICAL: '3%',
    DOGWATCH_MIN_RECLAIM: '5%,6B',
    DOGWATCH_DISK_HOLD: '7ms',
    DOGWATCH_DISK_GRACE: '8ms',
  };
  expect(marksFrom(readSettings(env).settings)).toEqual({
    soft: { percent: 1, bytes: null },
    critical: { percent: null, bytes: 2 },
    inodesSoft: 4,
    inodesCritical: 3,
    minReclaim: { percent: 5, bytes: 6 },
    holdMs: 7,
    graceMs: 8,
  });
});

test.each(['DOGWATCH_DISK_SOFT', 'DOGWATCH_DISK_CRITICAL', 'DOGWATCH_INODES_SOFT', 'DOGWATCH_MIN_RECLAIM'])('%s=20 is refused', (name) => {
  expect(readSettings({ [name]: '20' }).problems).toMatchObject([{ name, got: '"20"' }]);
});
