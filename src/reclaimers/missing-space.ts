import { gaugesOf, leaveMark, lowness } from '../core/host/thresholds.ts';
import type { Marks } from '../core/model/disk.ts';
import { diskSpace } from '../system/disk/space.ts';

/** What is missing on a filesystem until it is not critical any more. */
export interface Missing {
  readonly bytes: number;
  readonly inodes: number;
}

/** Nothing, if the filesystem of the path is not critical, or can't be measured. */
export async function missingAt(path: string, marks: Marks): Promise<Missing> {
  const space = await diskSpace(path);
  if (space.kind !== 'measured') return { bytes: 0, inodes: 0 };
  const gauges = gaugesOf({ ...space, availableInodes: space.availableInodes ?? 0 });
  if (lowness(gauges, marks).level !== 'critical') return { bytes: 0, inodes: 0 };
  const least = leaveMark(gauges, 'critical', marks);
  return {
    bytes: Math.max(0, least.bytes - space.availableBytes),
    inodes: space.availableInodes === null ? 0 : Math.max(0, least.inodes - space.availableInodes),
  };
}
