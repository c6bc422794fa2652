import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Layout } from './layout.ts';
import { isBusy, storeError } from './store-error.ts';

/**
 * Locks the gate for this process; null: another one has it. The lock is the kernel's, on an empty database: it is bound to the process
 * that took it and goes with its death, so that none is ever stale. Throws StoreError.
 */
export function lockGate({ gateLock }: Layout): { release(): void } | null {
  try {
    closeSync(openSync(gateLock, 'a', 0o600));
    const db = new DatabaseSync(gateLock, { timeout: 0 });
    try {
      db.exec('BEGIN EXCLUSIVE');
      return { release: () => db.close() };
    } catch (error) {
      db.close();
      if (isBusy(error)) return null;
      throw error;
    }
  } catch (error) {
    throw storeError(error, gateLock);
  }
}
