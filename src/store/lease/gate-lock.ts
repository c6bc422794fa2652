import { utimesSync } from 'node:fs';
import type { Layout } from '../directory/layout.ts';
import { lockFile } from '../directory/lock-file.ts';

/**
 * Locks the gate for this process, or returns null if another process holds it. The file's time
 * says when that last happened. Throws StoreError.
 */
export function lockGate({ gateLock }: Layout): { release(): void } | null {
  const lock = lockFile(gateLock, 0);
  if (lock !== null) mark(gateLock);
  return lock;
}

/** On a full or read-only disk the gate is still worth running. */
function mark(path: string): void {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // The faces show an older time.
  }
}
