import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { layout } from './layout.ts';

/** Why the state can't be kept safely at the requested place. */
export interface Unsafe {
  readonly expected: string;
  readonly got: string;
  readonly remedy: string;
}

export const ELSEWHERE = 'set DOGWATCH_STATE_DIR to a directory of its own';

/** root can do anything in any case. */
const ROOT = 0;
const OTHERS_WRITE = 0o002;
const STICKY = 0o1000;

/**
 * Returns null if the state is safe there, or would be once its directory is created. A user who
 * can write to the directory can plant files that do not exist yet, even in a sticky one; its owner
 * can replace all of them; and a user who can write to a parent directory can move it away and put
 * another in its place, unless that parent is sticky.
 */
export function whyUnsafe(stateDir: string): Unsafe | null {
  return ofItself(stateDir) ?? ofParents(stateDir);
}

function ofItself(stateDir: string): Unsafe | null {
  const stats = statSync(stateDir, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  if (!stats.isDirectory()) return { expected: 'a directory', got: 'something else', remedy: ELSEWHERE };
  const uid = process.getuid?.();
  if ((stats.mode & OTHERS_WRITE) !== 0) {
    const remedy = isOurOwn(stateDir) ? `chmod 700 ${stateDir}, or ${ELSEWHERE}` : ELSEWHERE;
    return { expected: "a directory that others can't write to", got: 'one that anybody can write to', remedy };
  }
  if (stats.uid === uid || stats.uid === ROOT) return null;
  return { expected: `one owned by user ${uid}`, got: `one owned by user ${stats.uid}`, remedy: `run as that user, or ${ELSEWHERE}` };
}

function ofParents(stateDir: string): Unsafe | null {
  const open = [...parentsOf(stateDir), ...parentsOf(realOf(stateDir))].find(isOpen);
  if (open === undefined) return null;
  return {
    expected: "directories above it that others can't write to, or that are sticky",
    got: `${open}, in which anybody can put another directory in its place`,
    remedy: ELSEWHERE,
  };
}

function isOpen(directory: string): boolean {
  const stats = statSync(directory, { throwIfNoEntry: false });
  return stats !== undefined && (stats.mode & OTHERS_WRITE) !== 0 && (stats.mode & STICKY) === 0;
}

const parentsOf = (path: string): readonly string[] => (path === dirname(path) ? [] : [dirname(path), ...parentsOf(dirname(path))]);

/** Resolves links, as far as the path exists. */
function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : `${realOf(parent)}/${basename(path)}`;
  }
}

/** Whether it holds nothing but our own state: only then may dogwatch change its mode. */
export function isOurOwn(stateDir: string): boolean {
  try {
    const names = readdirSync(stateDir);
    const known = Object.values(layout(stateDir)).filter((path) => dirname(path) === stateDir);
    const isKnown = (name: string) => name.startsWith('dogwatch.db') || name === '.gitignore' || known.includes(join(stateDir, name));
    return lstatSync(stateDir).uid === process.getuid?.() && names.includes('dogwatch.db') && names.every(isKnown);
  } catch {
    return false;
  }
}
