import { readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { LogCursor } from '../core/model/facts.ts';
import { isSameFile } from './identity.ts';

/** The log of a living attempt that is no longer at its path. */
export interface LostLog {
  /** What happened to it, worded so that it stays the same while nothing changes. */
  readonly because: string;
  /** A descriptor (/proc/PID/fd/1) through which it can still be read, or null if there is none. */
  readonly descriptor: string | null;
}

/**
 * Whether a log that is being written to was removed or replaced. `descriptors` are the standard
 * outputs of the processes that may write to it. Returns null if it is still in place, or was
 * renamed next to its path, as rotation does.
 */
export function lostLog(path: string, descriptors: readonly string[], cursor: LogCursor | null): LostLog | null {
  const named = statOf(path);
  const started = cursor !== null && cursor.ino !== 0 ? cursor : null;
  if (named !== null && (started === null || isSameFile(identityOf(named), started))) return null;
  const descriptor = descriptors.find((one) => isItsLog(statOf(one), started)) ?? null;
  const moved = descriptor === null ? null : movedTo(path, descriptor);
  if (moved !== null) return dirname(moved) === realDirectory(path) ? null : { because: `was moved to ${moved}`, descriptor };
  // As far as can be seen, nothing writes to the file that was read: it was rotated.
  if (named !== null && descriptor === null) return null;
  return { because: named === null ? 'was removed' : 'was replaced by another file', descriptor };
}

const isItsLog = (held: Stats | null, cursor: LogCursor | null): boolean =>
  held?.isFile() === true && (cursor === null ? held.nlink === 0 : isSameFile(identityOf(held), cursor));

const identityOf = ({ dev, ino, birthtimeMs }: Stats) => ({ dev, ino, birthMs: birthtimeMs });

/** Where an open file is now, or null if it was removed. */
function movedTo(path: string, descriptor: string): string | null {
  try {
    if (statSync(descriptor).nlink === 0) return null;
    const now = readlinkSync(descriptor);
    // One of several hard links was removed; the kernel does not say where the others are.
    return now === path || now.endsWith(' (deleted)') ? null : now;
  } catch {
    return null;
  }
}

function realDirectory(path: string): string {
  try {
    return realpathSync(dirname(path));
  } catch {
    return dirname(path);
  }
}

/** Null if it does not exist, or cannot be read. */
function statOf(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}
