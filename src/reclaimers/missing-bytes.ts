import { gaugesOf, leaveMark, lowness } from '../core/pressure-marks.ts';
import type { Marks } from '../core/pressure-types.ts';
import { diskSpace } from '../system/disk.ts';

/** How many bytes are missing on the filesystem of a path until it is not critical any more; 0 if it is not, or can't be measured. */
export async function missingAt(path: string, marks: Marks): Promise<number> {
  const space = await diskSpace(path);
  if (space.kind !== 'measured') return 0;
  const gauges = gaugesOf({ ...space, availableInodes: space.availableInodes ?? 0 });
  if (lowness(gauges, marks).level !== 'critical') return 0;
  return Math.max(0, leaveMark(gauges, 'critical', marks).bytes - space.availableBytes);
}
