import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface Filesystem {
  readonly path: string;
  readonly availableBytes: number;
  readonly totalBytes: number;
  readonly pressure: 'none';
}

/** A filesystem that does not answer (a network mount whose server is gone) is left out. */
const DEADLINE_MS = 500;

/** The filesystems that these paths are on, or will be; each one once, by the first of its paths. */
export async function filesystems(paths: readonly string[]): Promise<Filesystem[]> {
  const seen = await Promise.all([...new Set(paths)].map((path) => Promise.race([measure(path), afterDeadline()])));
  const byDevice = new Map<number, Filesystem>();
  for (const one of seen) if (one !== null && !byDevice.has(one.device)) byDevice.set(one.device, one.filesystem);
  return [...byDevice.values()];
}

const afterDeadline = (): Promise<null> => new Promise((resolve) => setTimeout(resolve, DEADLINE_MS, null).unref());

async function measure(path: string): Promise<{ device: number; filesystem: Filesystem } | null> {
  try {
    const [{ dev }, { bavail, blocks, bsize }] = await Promise.all([stat(path), statfs(path)]);
    return { device: dev, filesystem: { path, availableBytes: bavail * bsize, totalBytes: blocks * bsize, pressure: 'none' } };
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' && path !== dirname(path) ? measure(dirname(path)) : null;
  }
}
