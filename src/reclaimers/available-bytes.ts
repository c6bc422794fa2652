import { diskSpace } from '../system/disk/space.ts';

/**
 * Bytes available on the filesystems of these paths, counting each once, or null if none can be
 * measured.
 */
export async function availableAt(paths: readonly string[]): Promise<number | null> {
  const looks = await Promise.all([...new Set(paths)].map((path) => diskSpace(path)));
  const byDevice = new Map(looks.flatMap((look) => (look.kind === 'measured' ? [[look.device, look.availableBytes]] : [])));
  return byDevice.size === 0 ? null : [...byDevice.values()].reduce((sum, bytes) => sum + bytes, 0);
}

/**
 * Measures by how much a step changed the available space, or returns null if it can't be measured.
 * The change may be negative: others use the disk as well.
 */
export async function measured<T>(
  available: () => Promise<number | null>,
  step: () => Promise<T>,
): Promise<{ result: T; freedBytes: number | null }> {
  const before = await available();
  const result = await step();
  const after = await available();
  return { result, freedBytes: before === null || after === null ? null : after - before };
}
