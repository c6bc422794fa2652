import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Clocks of a file system may be a little behind. */
const EARLIER_MS = 10_000;

/** True where an agent has written a session into a file of this name (a glob below the directory) since the attempt began. Only looks. */
export function wroteSession(directory: string, pattern: string, startedAtWall: number): boolean {
  try {
    return globSync(pattern, { cwd: directory }).some((name) => {
      const { size, mtimeMs } = statSync(join(directory, name));
      // An empty file was made, but nothing of the session was written: it can not be resumed.
      return size > 0 && mtimeMs >= startedAtWall - EARLIER_MS;
    });
  } catch {
    return false;
  }
}
