import { closeSync, lstatSync, readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, parse } from 'node:path';
import type { LogCursor } from '../core/types.ts';
import { hasRead, isSameFile, type OpenLog, openLog } from './log-identity.ts';

/** Files looked at in one directory; those named like the log come first. */
const MAX_SIBLINGS = 1000;

/** Where reading goes on when the file at `path` is not simply the one that was read: that file under a new name, or one with the same content up to there. It is added to `opened`, unless it is `live`. */
export function findPredecessor(path: string, cursor: LogCursor, live: OpenLog | null, opened: OpenLog[]): OpenLog | null {
  const { others, name } = siblings(path, live);
  const renamed = others.find((sibling) => isSameFile(sibling, cursor));
  const candidates = renamed === undefined ? [] : [renamed];
  if (cursor.offset > 0) candidates.push(...others.filter((sibling) => sibling.name.startsWith(name) && sibling.size >= cursor.offset));
  if (renamed === undefined && cursor.offset > 0 && live !== null && hasRead(live, cursor)) return live;
  for (const { path: candidate } of candidates) {
    const found = openThat(candidate, opened, (log) => hasRead(log, cursor));
    if (found !== null) return found;
  }
  return null;
}

/** The file that followed `before` when the log was rotated more than once meanwhile: the next that was written to of those named by the same pattern. It is added to `opened`. */
export function findSuccessor(path: string, before: OpenLog, live: OpenLog, opened: OpenLog[]): OpenLog | null {
  const { others } = siblings(path, live);
  const pattern = others.filter((sibling) => sibling.ino === before.ino).map((sibling) => patternOf(sibling.name))[0];
  const later = others.filter((sibling) => sibling.mtimeMs > before.mtimeMs && patternOf(sibling.name) === pattern);
  const next = later.sort((a, b) => a.mtimeMs - b.mtimeMs)[0];
  return next === undefined ? null : openThat(next.path, opened, () => true);
}

/** Names that differ only in numbers (log.1, log.2; log-2026-01-02 and log-2026-01-03) are one series. */
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

function siblings(path: string, live: OpenLog | null) {
  const real = live === null ? path : realpathSync(path);
  const directory = dirname(real);
  const { name } = parse(basename(real));
  const names = entries(directory).sort((a, b) => Number(b.startsWith(name)) - Number(a.startsWith(name)));
  const others = names.slice(0, MAX_SIBLINGS).flatMap((entry) => {
    const file = join(directory, entry);
    const stat = lstatSync(file, { throwIfNoEntry: false });
    if (!stat?.isFile() || (stat.dev === live?.dev && stat.ino === live.ino)) return [];
    const { dev, ino, birthtimeMs: birthMs, size, mtimeMs } = stat;
    return [{ name: entry, path: file, dev, ino, birthMs, size, mtimeMs }];
  });
  return { others, name };
}

function entries(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    // Without its directory a log has no siblings.
    return [];
  }
}
