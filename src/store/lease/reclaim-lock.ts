import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type ReleaseBallast, withRoom } from '../db/database.ts';
import { storeError } from '../directory/error.ts';
import type { Layout } from '../directory/layout.ts';
import { prepareStateDirectory } from '../directory/prepare.ts';

export type ReclaimLock = { readonly kind: 'ours'; release(): void } | { readonly kind: 'busy'; readonly pid: number | null };

const BUSY = 5;

/**
 * The right to free space, for one at a time in a state directory. It goes with the process that has it, however that ends: a lock of
 * SQLite, in a file of its own so that it holds up nobody else. Throws StoreError where there can be no such file.
 */
export function lockReclaim(where: Layout, pid: number, releaseBallast: ReleaseBallast): ReclaimLock {
  const path = join(where.stateDir, 'reclaim.lock');
  const db = withRoom(path, releaseBallast, () => {
    prepareStateDirectory(where);
    writeFileSync(path, '', { flag: 'a', mode: 0o600 });
    return new DatabaseSync(path, { timeout: 0 });
  });
  try {
    // On a full disk there is no room for any other.
    db.exec('PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE');
    sayWho(db, pid);
    return { kind: 'ours', release: () => db.close() };
  } catch (error) {
    const busy = ((error as { errcode?: number }).errcode ?? 0) % 256 === BUSY ? { kind: 'busy' as const, pid: whoIs(db) } : null;
    db.close();
    if (busy !== null) return busy;
    throw storeError(error, path);
  }
}

/** Only for people: on a full disk the lock holds without it. */
function sayWho(db: DatabaseSync, pid: number): void {
  try {
    db.exec(`PRAGMA user_version = ${pid}; COMMIT`);
  } catch {
    if (db.isTransaction) db.exec('ROLLBACK');
  }
  db.exec('BEGIN IMMEDIATE');
}

function whoIs(db: DatabaseSync): number | null {
  try {
    const { user_version: pid } = db.prepare('PRAGMA user_version').get() as { user_version: number };
    return pid === 0 ? null : pid;
  } catch {
    return null;
  }
}
