import { randomBytes } from 'node:crypto';
import { readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { syncToDisk } from './sync-to-disk.ts';

/** How a name begins of a file that is still being written, or whose writer was killed. */
export const UNFINISHED = '.';
const OURS = /^\..+\.(\d{1,10})\.[0-9a-f]{12}\.new$/;
/**
 * Another PID namespace may write into the same directory: what is younger than this may be its
 * work.
 */
const LEFT_ALONE_MS = 60_000;

interface How {
  readonly mode: number;
  /**
   * False: a file that is of no use after a power cut, or is made again. It is still whole or not
   * there for every reader.
   */
  readonly durable: boolean;
}

/**
 * Replaces a file in one step: readers find the old text or the new one, never half of it, and once
 * this returns a power cut does not undo it. By default it is for this user only. Throws what the
 * filesystem says, and leaves nothing behind then.
 */
export function writeAtomically(path: string, data: string, { mode = 0o600, durable = true }: Partial<How> = {}): void {
  const directory = dirname(path);
  removeLeftovers(directory);
  const unfinished = join(directory, `${UNFINISHED}${basename(path)}.${process.pid}.${randomBytes(6).toString('hex')}.new`);
  try {
    writeFileSync(unfinished, data, { mode, flag: 'wx', flush: durable });
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
  if (durable) syncToDisk(directory);
}

/** What writers that were killed have left in a directory. Best effort. */
function removeLeftovers(directory: string): void {
  try {
    for (const name of readdirSync(directory)) {
      const [, pid] = OURS.exec(name) ?? [];
      if (pid !== undefined && isAbandoned(join(directory, name), Number(pid))) rmSync(join(directory, name), { force: true });
    }
  } catch {
    // The next writer tries again; what matters is the file that is to be written.
  }
}

function isAbandoned(path: string, pid: number): boolean {
  const { mtimeMs } = statSync(path);
  return Math.abs(Date.now() - mtimeMs) > LEFT_ALONE_MS && statSync(`/proc/${pid}`, { throwIfNoEntry: false }) === undefined;
}
