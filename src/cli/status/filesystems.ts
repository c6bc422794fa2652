import { gaugesOf, lowness } from '../../core/host/thresholds.ts';
import type { Level } from '../../core/model/disk.ts';
import { marksFrom } from '../../settings/disk.ts';
import { readSettings } from '../../settings/read.ts';
import { diskSampler } from '../../system/disk/sampler.ts';

export interface Filesystem {
  readonly path: string;
  readonly availableBytes: number;
  readonly totalBytes: number;
  /** The pressure at this moment; a watchdog also considers how long it has lasted. */
  readonly pressure: Level;
}

/**
 * A filesystem that does not respond in time (a network mount whose server is gone) is left out.
 */
const DEADLINE_MS = 500;

/**
 * Returns the filesystems that these paths are on, or will be on, each once under the first of its
 * paths.
 */
export async function filesystems(paths: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Filesystem[]> {
  const marks = marksFrom(readSettings(env).settings);
  const { filesystems: measured } = await diskSampler({ deadlineMs: DEADLINE_MS })(paths);
  return measured.map((one) => ({
    path: paths.find((path) => one.paths.includes(path)) ?? one.path,
    availableBytes: one.availableBytes,
    totalBytes: one.totalBytes,
    pressure: lowness(gaugesOf(one), marks).level,
  }));
}
