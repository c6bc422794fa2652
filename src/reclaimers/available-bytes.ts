import { diskSpace } from '../system/disk/space.ts';

/** Bytes available on the filesystems of these paths, each filesystem once; null where none of them can be measured. */
export async function availableAt(paths: readonly string[]): Promise<number | null> {
  const looks = await Promise.all([...new Set(paths)].map((path) => diskSpace(path)));
  const byDevice = new Map(looks.flatMap((look) => (look.kind === 'measured' ? [[look.device, look.availableBytes]] : [])));
  return byDevice.size === 0 ? null : [...byDevice.values()].reduce((sum, bytes) => sum + bytes, 0);
}

/** What a step did to the space that is available; null where it can't be measured. Others use the disk as well: it may be negative. */
export async function measured<T>(
  available: () => Promise<number | null>,
  step: () => Promise<T>,
): Promise<{ result: T; freedBytes: number | null }> {
  const before = await available();
  const result = await step();
  const after = await available();
  return { result, freedBytes: before === null || after === null ? null : after - before };
}
