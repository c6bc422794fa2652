import type { DatabaseSync } from 'node:sqlite';
import { type LeaseHolder, leaseLost, readLease } from './row.ts';

/**
 * Writes in one transaction, all or nothing, and flushes it if it is durable. Writes nothing once
 * the lease is lost, however late this process wakes up. Throws StoreError, or the database's own
 * error.
 */
export function fencedWrite(db: DatabaseSync, lease: LeaseHolder, isDurable: boolean, write: () => void): void {
  db.exec(`PRAGMA synchronous = ${isDurable ? 'FULL' : 'NORMAL'}`);
  db.exec('BEGIN IMMEDIATE');
  try {
    const { fence, holder } = readLease(db);
    if (holder === null || fence !== lease.fence) throw leaseLost(holder);
    write();
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
