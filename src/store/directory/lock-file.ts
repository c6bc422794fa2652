import { closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { isBusy, storeError } from './error.ts';

/**
 * Locks a file for this process, or returns null if another one keeps it for longer than `waitMs`. The lock is the kernel's, on an
 * empty database: it is bound to the process that took it and goes with its death, so that none is ever stale. Throws StoreError.
 */
export function lockFile(path: string, waitMs: number): { release(): void } | null {
  try {
    if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
    const db = new DatabaseSync(path, { timeout: waitMs });
    try {
      // A journal of its own would need an inode, which a full filesystem has not.
      db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
      return { release: () => db.close() };
    } catch (error) {
      db.close();
      if (isBusy(error)) return null;
      throw error;
    }
  } catch (error) {
    throw storeError(error, path);
  }
}
