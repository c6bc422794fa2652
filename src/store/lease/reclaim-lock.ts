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
 * The exclusive right to free space, one per state directory. It ends with the process that holds
 * it, however that dies: it is an SQLite lock, on a separate file so that it delays nothing else.
 * Throws StoreError if that file cannot exist.
 */
export function lockReclaim(where: Layout, pid: number, releaseBallast: ReleaseBallast): ReclaimLock {
  const path = join(where.stateDir, 'reclaim.lock');
  const db = withRoom(path, releaseBallast, () => {
    prepareStateDirectory(where);
    writeFileSync(path, '', { flag: 'a', mode: 0o600 });
    return new DatabaseSync(path, { timeout: 0 });
  });
  try {
    // A full disk has no room for any other journal.
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

/** For people only: on a full disk, the lock holds without it. */
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
