import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { syncToDisk } from '../../system/file/sync-to-disk.ts';
import { writeAtomically } from '../../system/file/write-atomically.ts';
import type { Layout } from './layout.ts';

/** Why another database replaces the present one, and where the old one is kept. */
export interface Replacement {
  /** The file that the new one was made from. */
  readonly from: string;
  /** The directory where the old files are kept. */
  readonly aside: string;
  /** What was wrong with the old one, or null if nothing was and a person wanted another. */
  readonly damage: string | null;
  /** ISO, UTC. */
  readonly at: string;
}

/** The suffixes of a database's files. */
const ENDS = ['', '-wal', '-shm'] as const;

/**
 * Replaces the database and keeps the old files in `aside`; `make` writes the new one. Once the new
 * one is complete and on disk, a process that dies halfway leaves the rest to the next one that
 * opens the state (`finishReplacement`); until then the old one is untouched. The caller must hold
 * the open lock.
 */
export function replaceDatabase(where: Layout, replacement: Replacement, make: (path: string) => void): void {
  rmSync(where.replacing, { recursive: true, force: true });
  mkdirSync(where.replacing, { mode: 0o700 });
  const fresh = join(where.replacing, NEXT);
  try {
    writeFileSync(fresh, '', { mode: 0o600, flag: 'wx' });
    make(fresh);
    syncToDisk(fresh);
    writeAtomically(join(where.replacing, WHY), JSON.stringify(replacement));
    syncToDisk(where.stateDir);
  } catch (error) {
    rmSync(where.replacing, { recursive: true, force: true });
    throw error;
  }
  finishReplacement(where);
}

/** Returns why the files in a directory were put there, or null if they were not replaced. */
export function readReplacement(directory: string): Replacement | null {
  try {
    return JSON.parse(readFileSync(join(directory, WHY), 'utf8')) as Replacement;
  } catch (error) {
    if (error instanceof SyntaxError || ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

/**
 * Finishes a replacement that was begun; every step may be repeated. The caller must hold the open
 * lock.
 */
export function finishReplacement(where: Layout): void {
  const replacement = readReplacement(where.replacing);
  if (replacement === null) return;
  const fresh = join(where.replacing, NEXT);
  if (existsSync(fresh)) {
    // The old log is moved first: SQLite would replay it into the new database.
    for (const end of ENDS.slice(1))
      if (existsSync(`${where.database}${end}`)) renameSync(`${where.database}${end}`, free(join(where.replacing, `dogwatch.db${end}`)));
    const old = join(where.replacing, 'dogwatch.db');
    if (existsSync(where.database) && !existsSync(old)) keepUnder(where.database, old);
    syncToDisk(where.replacing);
    syncToDisk(where.stateDir);
    renameSync(fresh, where.database);
    syncToDisk(where.stateDir);
  }
  renameSync(where.replacing, free(replacement.aside));
  syncToDisk(where.stateDir);
}

/**
 * So that there is a database at every moment; only a filesystem without links has none for an
 * instant.
 */
function keepUnder(path: string, kept: string): void {
  try {
    linkSync(path, kept);
  } catch {
    renameSync(path, kept);
  }
  chmodSync(kept, 0o600);
}

const NEXT = 'next.db';
const WHY = 'why.json';

/** Existing files are never overwritten. */
function free(path: string): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? path : `${path}.${number}`;
    if (!existsSync(name)) return name;
  }
}
