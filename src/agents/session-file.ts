import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Clocks of a file system may be a little behind. */
const EARLIER_MS = 10_000;

/** True where an agent has written a session into a file of this name (a glob below the directory) since the attempt began. Only looks. */
export function wroteSession(directory: string, pattern: string, startedAtWall: number): boolean {
  try {
    return globSync(pattern, { cwd: directory }).some((name) => statSync(join(directory, name)).mtimeMs >= startedAtWall - EARLIER_MS);
  } catch {
    return false;
  }
}
