import { closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { isBusy, storeError } from './error.ts';

/**
 * Locks a file for this process, or returns null if another process holds it for longer than
 * `waitMs`. It is a kernel lock on an empty database: it belongs to the process that took it and
 * ends with that process, so it is never stale. Throws StoreError.
 */
export function lockFile(path: string, waitMs: number): { release(): void } | null {
  try {
    if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
    const db = new DatabaseSync(path, { timeout: waitMs });
    try {
      // A journal file would need an inode, and a full filesystem has none.
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
