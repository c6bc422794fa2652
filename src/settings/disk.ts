import type { Marks } from '../core/model/disk.ts';
import { hostSetting } from './host.ts';
import type { Setting } from './setting.ts';
import { duration, mark, percent } from './types.ts';

/** When a filesystem is short of space, and when it is not any more. */
export const DISK_SETTINGS = {
  diskSoft: hostSetting(
    'DOGWATCH_DISK_SOFT',
    mark(),
    '15%,20GiB',
    'With less available than this (of both whichever is less) a filesystem is under pressure, and space is freed.',
  ),
  diskCritical: hostSetting(
    'DOGWATCH_DISK_CRITICAL',
    mark(),
    '5%,5GiB',
    'With less available than this (of both whichever is less) no run on it is resumed either.',
  ),
  inodesSoft: hostSetting('DOGWATCH_INODES_SOFT', percent(), '10%', 'The same as `DOGWATCH_DISK_SOFT`, of inodes.'),
  inodesCritical: hostSetting('DOGWATCH_INODES_CRITICAL', percent(), '5%', 'The same as `DOGWATCH_DISK_CRITICAL`, of inodes.'),
  minReclaim: hostSetting(
    'DOGWATCH_MIN_RECLAIM',
    mark(),
    '3%,5GiB',
    'Pressure ends with so much available above its mark: of both whichever is more, but at most twice the mark in all.',
  ),
  diskHoldMs: hostSetting('DOGWATCH_DISK_HOLD', duration({ leastMs: 0 }), '5m', 'Pressure ends when there was enough for this long.'),
  diskGraceMs: hostSetting(
    'DOGWATCH_DISK_GRACE',
    duration({ leastMs: 0 }),
    '30s',
    'Pressure begins when there was too little for this long; at once where it is critical.',
  ),
} as const;

type DiskSettings = { readonly [Key in keyof typeof DISK_SETTINGS]: (typeof DISK_SETTINGS)[Key] extends Setting<infer T> ? T : never };

/** The marks as the core takes them. */
export const marksFrom = (settings: DiskSettings): Marks => ({
  soft: settings.diskSoft,
  critical: settings.diskCritical,
  inodesSoft: settings.inodesSoft,
  inodesCritical: settings.inodesCritical,
  minReclaim: settings.minReclaim,
  graceMs: settings.diskGraceMs,
  holdMs: settings.diskHoldMs,
});
