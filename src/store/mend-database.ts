import { existsSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from '../system/file/write-atomically.ts';
import { processesWriting } from '../system/process/open-files.ts';
import { makeFromBackup, reading, runsInBackup } from './backup.ts';
import { inspect, lostDatabase, type ReleaseBallast, withOpenLock, withRoom } from './db/database.ts';
import { isCurrent } from './db/schema.ts';
import { copiesIn } from './directory/daily-copy.ts';
import { busy, StoreError } from './directory/error.ts';
import type { Layout } from './directory/layout.ts';
import { finishReplacement, type Replacement, readReplacement, replaceDatabase } from './directory/replace-database.ts';
import { readLease } from './lease/row.ts';

/** How long to wait for other processes that have the damaged database open for writing. */
const WRITERS_MS = 5000;
const LOOK_EVERY_MS = 50;

/**
 * Replaces a damaged database with the newest intact copy and keeps the damaged files. Does nothing
 * if the database turns out to be intact: another process may have been faster. Throws the original
 * damage if there is no such copy, and other StoreErrors.
 */
export function mendDatabase(where: Layout, damage: StoreError, releaseBallast: ReleaseBallast): Replacement | null {
  return withRoom(where.database, releaseBallast, () =>
    withOpenLock(where, () => {
      finishReplacement(where);
      const wrong = whatIsWrong(where);
      if (wrong !== null) return putCopyInPlace(where, wrong, damage);
      rmSync(where.damage, { force: true });
      return null;
    }),
  );
}

/**
 * Notes damage that a running watchdog has found, which the next one's quick check may miss. Best
 * effort.
 */
export function noteDamage({ damage }: Layout, { got, message }: StoreError): void {
  try {
    writeAtomically(damage, `${got ?? message}\n`);
  } catch {
    // Then the next one will find it again.
  }
}

/**
 * Checks the complete database if a running watchdog has found it damaged. Throws StoreError if it
 * is.
 */
export function inspectAfterDamage(where: Layout): void {
  if (!existsSync(where.damage)) return;
  reading(where.database, (db) => inspect(db, where.database, 'thoroughly'));
  rmSync(where.damage, { force: true });
}

/** Returns the directories of damaged files that were replaced by a copy, the newest last. */
export function damagedAside({ stateDir }: Pick<Layout, 'stateDir'>): readonly Replacement[] {
  const names = existsSync(stateDir) ? readdirSync(stateDir).filter((name) => name.startsWith(ASIDE)) : [];
  return names.sort().flatMap((name) => {
    const directory = join(stateDir, name);
    const why = readReplacement(directory);
    return why === null ? [] : [{ ...why, aside: directory }];
  });
}

const ASIDE = 'damaged-';

function whatIsWrong(where: Layout): string | null {
  const lost = lostDatabase(where);
  if (lost !== null) return lost;
  try {
    reading(where.database, (db) => {
      isCurrent(db, where.database);
      inspect(db, where.database, 'thoroughly');
      readLease(db);
    });
    return null;
  } catch (error) {
    if (error instanceof StoreError && error.kind === 'corrupt') return error.got ?? error.message;
    throw error;
  }
}

function putCopyInPlace(where: Layout, wrong: string, damage: StoreError): Replacement {
  const copy = copiesIn(where.stateDir).findLast(isWhole);
  if (copy === undefined) throw damage;
  waitForWriters(where);
  const at = new Date().toISOString();
  const replacement = { from: copy, aside: join(where.stateDir, `${ASIDE}${at.replaceAll(':', '-')}`), damage: wrong, at };
  replaceDatabase(where, replacement, (path) => makeFromBackup(where, copy, path));
  rmSync(where.damage, { force: true });
  return replacement;
}

function isWhole(copy: string): boolean {
  try {
    runsInBackup(copy);
    return true;
  } catch (error) {
    if (error instanceof StoreError && (error.kind === 'corrupt' || error.kind === 'newer' || error.kind === 'unwritable')) return false;
    throw error;
  }
}

/**
 * A process that has it open would keep writing to the files put aside. No other process opens it
 * meanwhile: we hold the lock.
 */
function waitForWriters({ database }: Layout): void {
  if (!existsSync(database)) return;
  const real = realpathSync(database);
  for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
    const [first] = processesWriting([real, `${real}-wal`]);
    if (first === undefined) return;
    if (waitedMs >= WRITERS_MS) throw busy(database, `damage in it, and process ${first}, which has it open`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_EVERY_MS);
  }
}
