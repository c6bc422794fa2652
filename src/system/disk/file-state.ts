import { statSync } from 'node:fs';

/**
 * Identifies one state of a file, as "dev:ino:mtime:size" (mtime in ns); null if there is no such
 * file, or this user may not see it.
 */
export function fileState(path: string): string | null {
  try {
    const { dev, ino, mtimeNs, size } = statSync(path, { bigint: true });
    return `${dev}:${ino}:${mtimeNs}:${size}`;
  } catch {
    return null;
  }
}
