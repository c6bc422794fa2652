import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { syncToDisk } from '../../system/file/sync-to-disk.ts';
import { writeAtomically } from '../../system/file/write-atomically.ts';
import type { Layout } from './layout.ts';

/** Why another database takes the place of the one that is there, and where that one is kept afterwards. */
export interface Replacement {
  /** The file that the new one was made of. */
  readonly from: string;
  /** The directory in which the old files are kept. */
  readonly aside: string;
  /** What was wrong with the old one, or null if nothing was: a person wanted another. */
  readonly damage: string | null;
  /** ISO, UTC. */
  readonly at: string;
}

/** The files of a database, by how their names end. */
const ENDS = ['', '-wal', '-shm'] as const;

/**
 * Puts another database in place of the one that is there, whose files are kept in `aside`; `make` writes the new one. Once it is
 * whole and on the disk, a process that dies in the middle leaves the rest to whoever opens the state next (`finishReplacement`);
 * until then nothing of the old one is touched. For the holder of the open lock.
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

/** What was begun and not finished, or null. */
export const begunReplacement = (where: Pick<Layout, 'replacing'>): Replacement | null => readReplacement(where.replacing);

/** Why the files in a directory were put there, or null if they were not replaced. */
export function readReplacement(directory: string): Replacement | null {
  try {
    return JSON.parse(readFileSync(join(directory, WHY), 'utf8')) as Replacement;
  } catch (error) {
    if (error instanceof SyntaxError || ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

/** Brings a replacement that was begun to its end; each step may be done a second time. For the holder of the open lock. */
export function finishReplacement(where: Layout): void {
  const replacement = begunReplacement(where);
  if (replacement === null) return;
  const fresh = join(where.replacing, NEXT);
  if (existsSync(fresh)) {
    // The log of the old one goes first: SQLite would play it into the new one.
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

/** So that there is a database at every moment; where a filesystem has no links, there is none for a moment. */
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

/** What is there is never written over. */
function free(path: string): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? path : `${path}.${number}`;
    if (!existsSync(name)) return name;
  }
}
