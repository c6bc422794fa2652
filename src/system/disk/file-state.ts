import { statSync } from 'node:fs';

/** What tells one state of a file from another: "dev:ino:mtime:size" (mtime in ns); null: there is no such file that we may see. */
export function fileState(path: string): string | null {
  try {
    const { dev, ino, mtimeNs, size } = statSync(path, { bigint: true });
    return `${dev}:${ino}:${mtimeNs}:${size}`;
  } catch {
    return null;
  }
}
