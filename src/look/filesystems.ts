import { diskSampler } from '../system/disk/sampler.ts';
import type { Measured } from '../view/disks.ts';

/**
 * A filesystem that does not respond in time (a network mount whose server is gone) is left out.
 */
const DEADLINE_MS = 500;

/**
 * Returns the filesystems that these paths are on, or will be on, each once under the first of its
 * paths.
 */
export async function filesystems(paths: readonly string[]): Promise<Measured[]> {
  const { filesystems: measured } = await diskSampler({ deadlineMs: DEADLINE_MS })(paths);
  return measured.map((one) => ({ ...one, path: paths.find((path) => one.paths.includes(path)) ?? one.path }));
}
