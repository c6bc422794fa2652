import { closeSync, lstatSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join, parse } from 'node:path';
import type { LogCursor } from '../core/model/facts.ts';
import { hasRead, isSameFile, type OpenLog, openLog } from './identity.ts';

/** How many files of a directory are checked, those named like the log first. */
const MAX_SIBLINGS = 1000;

/**
 * The file in which to continue reading if `path` is no longer simply the file that was read: that
 * file under a new name, or one with the same content up to the cursor. Adds it to `opened`, unless
 * it is `live`.
 */
export function findPredecessor(path: string, cursor: LogCursor, live: OpenLog | null, opened: OpenLog[]): OpenLog | null {
  const { others, name } = siblings(path);
  const isIt = (log: OpenLog) => hasRead(log, cursor);
  const renamed = others.find((sibling) => isSameFile(sibling, cursor));
  const found = renamed === undefined ? null : openThat(renamed.path, opened, isIt);
  if (found !== null || cursor.offset === 0) return found;
  if (live !== null && isIt(live)) return live;
  for (const sibling of others) {
    if (!sibling.name.startsWith(name) || sibling.size < cursor.offset) continue;
    const copy = openThat(sibling.path, opened, isIt);
    if (copy !== null) return copy;
  }
  return null;
}

/**
 * The file that was read, under a new name and with other content: it was rewritten and then
 * renamed. Adds it to `opened`.
 */
export function findRewritten(path: string, cursor: LogCursor, opened: OpenLog[]): OpenLog | null {
  const renamed = siblings(path).others.find((sibling) => isSameFile(sibling, cursor));
  return renamed === undefined ? null : openThat(renamed.path, opened, () => true);
}

/**
 * The file that followed `before` if the log was rotated more than once meanwhile: the next one
 * written to, among those named by the same pattern. Adds it to `opened`.
 */
export function findSuccessor(path: string, before: OpenLog, opened: OpenLog[]): OpenLog | null {
  const { others } = siblings(path);
  const pattern = others.filter((sibling) => sibling.ino === before.ino).map((sibling) => patternOf(sibling.name))[0];
  const later = others.filter((sibling) => sibling.mtimeMs > before.mtimeMs && patternOf(sibling.name) === pattern);
  const next = later.sort((a, b) => a.mtimeMs - b.mtimeMs)[0];
  return next === undefined ? null : openThat(next.path, opened, () => true);
}

/**
 * Names that differ only in numbers (log.1, log.2; log-2026-01-02 and log-2026-01-03) form one
 * series.
 */
const patternOf = (name: string): string => name.replace(/\d+/g, '#');

function openThat(path: string, opened: OpenLog[], isIt: (log: OpenLog) => boolean): OpenLog | null {
  const log = openLog(path);
  if (log.kind !== 'open') return null;
  if (isIt(log)) {
    opened.push(log);
    return log;
  }
  closeSync(log.fd);
  return null;
}

/** The files next to the log, or next to the target of its link. */
function siblings(path: string) {
  const real = attempted(() => realpathSync(path)) ?? path;
  const directory = dirname(real);
  const { name } = parse(real);
  const names = attempted(() => readdirSync(directory)) ?? [];
  names.sort((a, b) => Number(b.startsWith(name)) - Number(a.startsWith(name)));
  const others = names.slice(0, MAX_SIBLINGS).flatMap((entry) => {
    const stat = lstatSync(join(directory, entry), { throwIfNoEntry: false });
    if (!stat?.isFile()) return [];
    const { dev, ino, birthtimeMs: birthMs, size, mtimeMs } = stat;
    return [{ name: entry, path: join(directory, entry), dev, ino, birthMs, size, mtimeMs }];
  });
  return { others, name };
}

/** A path that does not exist, or cannot be read, has no siblings. */
function attempted<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}
