import { gaugesOf, leaveMark, lowness } from '../core/host/thresholds.ts';
import type { Marks } from '../core/model/disk.ts';
import { diskSpace } from '../system/disk/space.ts';

/** What a filesystem lacks until it is no longer critical. */
export interface Missing {
  readonly bytes: number;
  readonly inodes: number;
}

/** Returns nothing missing if the path's filesystem is not critical, or can't be measured. */
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
