import { globSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';

/** Where an agent keeps a session: a glob below a directory. */
export interface SessionFile {
  readonly directory: string;
  readonly pattern: string;
}

/** Clocks of a file system may be a little behind. */
const EARLIER_MS = 10_000;

/** True where an agent has written a session into such a file since the attempt began. Only looks. */
export function wroteSession({ directory, pattern }: SessionFile, startedAtWall: number): boolean {
  return found(directory, pattern).some((path) => {
    const file = stat(path);
    // An empty file was made, but nothing of the session was written: it can not be resumed.
    return file !== null && file.size > 0 && file.mtimeMs >= startedAtWall - EARLIER_MS;
  });
}

const paths = new Map<string, string>();
const MAX_PATHS = 10_000;

/** When an agent last wrote to the file of a session: ms since the epoch; null: there is none. Where it lies is looked for once. */
export function sessionWrittenWall({ directory, pattern }: SessionFile): number | null {
  const key = join(directory, pattern);
  const known = stat(paths.get(key));
  if (known !== null) return Math.round(known.mtimeMs);
  const [path] = found(directory, pattern);
  const file = stat(path);
  if (path === undefined || file === null) return null;
  if (paths.size >= MAX_PATHS) paths.clear();
  paths.set(key, path);
  return Math.round(file.mtimeMs);
}

function found(directory: string, pattern: string): string[] {
  try {
    return globSync(pattern, { cwd: directory }).map((name) => join(directory, name));
  } catch {
    return [];
  }
}

function stat(path: string | undefined): Stats | null {
  try {
    return path === undefined ? null : (statSync(path, { throwIfNoEntry: false }) ?? null);
  } catch {
    return null;
  }
}
