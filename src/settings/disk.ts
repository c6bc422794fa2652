import type { Marks } from '../core/model/disk.ts';
import { hostSetting } from './host.ts';
import type { Setting } from './setting.ts';
import { duration, mark, percent } from './types.ts';

/** When a filesystem is short of space, and when it no longer is. */
export const DISK_SETTINGS = {
  diskSoft: hostSetting(
    'DOGWATCH_DISK_SOFT',
    mark(),
    '15%,20GiB',
    'A filesystem with less available than this (the smaller of the two) is under pressure, and space is freed.',
  ),
  diskCritical: hostSetting(
    'DOGWATCH_DISK_CRITICAL',
    mark(),
    '5%,5GiB',
    'With less available than this (the smaller of the two), no run on it is resumed either.',
  ),
  inodesSoft: hostSetting('DOGWATCH_INODES_SOFT', percent(), '10%', 'Like `DOGWATCH_DISK_SOFT`, for inodes.'),
  inodesCritical: hostSetting('DOGWATCH_INODES_CRITICAL', percent(), '5%', 'Like `DOGWATCH_DISK_CRITICAL`, for inodes.'),
  minReclaim: hostSetting(
    'DOGWATCH_MIN_RECLAIM',
    mark(),
    '3%,5GiB',
    'Pressure ends with this much available above its threshold (the larger of the two), but at most twice the threshold in all.',
  ),
  diskHoldMs: hostSetting(
    'DOGWATCH_DISK_HOLD',
    duration({ leastMs: 0 }),
    '5m',
    'Pressure ends when enough has been available for this long.',
  ),
  diskGraceMs: hostSetting(
    'DOGWATCH_DISK_GRACE',
    duration({ leastMs: 0 }),
    '30s',
    'Pressure begins when too little has been available for this long; at once if it is critical.',
  ),
} as const;

type DiskSettings = { readonly [Key in keyof typeof DISK_SETTINGS]: (typeof DISK_SETTINGS)[Key] extends Setting<infer T> ? T : never };

/** Returns the thresholds in the core's form. */
export const marksFrom = (settings: DiskSettings): Marks => ({
  soft: settings.diskSoft,
  critical: settings.diskCritical,
  inodesSoft: settings.inodesSoft,
  inodesCritical: settings.inodesCritical,
  minReclaim: settings.minReclaim,
  graceMs: settings.diskGraceMs,
  holdMs: settings.diskHoldMs,
});
