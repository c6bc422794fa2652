import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { mountOf, mounts } from '../../../system/disk/mounts.ts';

/** The nearest directory of a path that is there. */
const nearest = (path: string): string => (existsSync(path) || path === dirname(path) ? path : nearest(dirname(path)));

/**
 * The mount point of the filesystem on which a path is or would be if it depends on another machine
 * or on a program; null for one of this machine, or an unknown one.
 */
export function foreignMountOf(path: string): string | null {
  const there = realpathSync(nearest(path));
  const device = String(statSync(there).dev);
  const mounted = mounts();
  const point = mountOf(
    there,
    mounted.map((mount) => mount.point),
  );
  const mount = mounted.findLast((one) => one.point === point && one.device === device) ?? mounted.findLast((one) => one.device === device);
  return mount === undefined || mount.isLocal ? null : mount.point;
}
