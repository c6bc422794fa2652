import { closeSync, fstatSync, globSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { jsonLine } from '../event/json.ts';

/** Where an agent keeps a session, as a glob below a directory. */
export interface SessionFile {
  readonly directory: string;
  readonly pattern: string;
}

/** A file system's clock may be a little behind. */
const EARLIER_MS = 10_000;

/** Whether an agent has written a session to such a file since the attempt began. Reads only. */
export function wroteSession({ directory, pattern }: SessionFile, startedAtWall: number): boolean {
  return found(directory, pattern).some((path) => {
    const file = stat(path);
    // An empty file contains nothing of the session, which cannot be resumed then.
    return file !== null && file.size > 0 && file.mtimeMs >= startedAtWall - EARLIER_MS;
  });
}

/** Whether an agent made such a file and nothing came into it, or nothing survived a power cut. */
export const isEmptySession = ({ directory, pattern }: SessionFile): boolean =>
  found(directory, pattern).some((path) => stat(path)?.size === 0);

const paths = new Map<string, string>();
const MAX_PATHS = 10_000;

/**
 * When an agent last wrote to the file of a session, in ms since the epoch, or null if there is no
 * file.
 */
export function sessionWrittenWall(file: SessionFile): number | null {
  const known = stat(sessionPath(file) ?? undefined);
  return known === null ? null : Math.round(known.mtimeMs);
}

/** The file of a session, or null if there is none. Once found, it is not searched for again. */
export function sessionPath({ directory, pattern }: SessionFile): string | null {
  const key = join(directory, pattern);
  const known = paths.get(key);
  if (known !== undefined && stat(known) !== null) return known;
  const [path] = found(directory, pattern);
  if (path === undefined) return null;
  if (paths.size >= MAX_PATHS) paths.clear();
  paths.set(key, path);
  return path;
}

/** How many bytes at the end of a record are searched for the agent's current directory. */
const TAIL_BYTES = 256 * 1024;
const MAX_DIRECTORIES = 4;

/**
 * The directories that the last events of a session name, last one first. Empty if there is no such
 * file.
 */
export function directoriesIn({ directory, pattern }: SessionFile, directoryOf: (event: unknown) => unknown): readonly string[] {
  const all = new Set<string>();
  for (const path of found(directory, pattern).slice(0, 1))
    for (const line of lastLinesOf(path, TAIL_BYTES).lines.toReversed()) {
      const at = line.includes('"cwd"') ? directoryOf(jsonLine(line, {})) : null;
      if (typeof at === 'string' && isAbsolute(at)) all.add(at);
      if (all.size === MAX_DIRECTORIES) break;
    }
  return [...all];
}

/** Most agents' events say where they happened. */
export const cwdOf = (event: unknown): unknown => (event as { cwd?: unknown } | null)?.cwd;

/** The last lines of a file, and whether they are all of them. None if it cannot be read. */
export function lastLinesOf(path: string, most: number): { readonly lines: readonly string[]; readonly isWhole: boolean } {
  try {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      const bytes = Buffer.alloc(Math.min(size, most));
      const read = readSync(file, bytes, 0, bytes.length, size - bytes.length);
      const lines = bytes.toString('utf8', 0, read).split('\n');
      return size > bytes.length ? { lines: lines.slice(1), isWhole: false } : { lines, isWhole: true };
    } finally {
      closeSync(file);
    }
  } catch {
    return { lines: [], isWhole: false };
  }
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
