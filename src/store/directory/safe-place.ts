import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { layout } from './layout.ts';

/** Why the state can't be kept safely where it was asked for. */
export interface Unsafe {
  readonly expected: string;
  readonly got: string;
  readonly remedy: string;
}

export const ELSEWHERE = 'set DOGWATCH_STATE_DIR to a directory of its own';

/** Can do anything in any case. */
const ROOT = 0;
const OTHERS_WRITE = 0o002;
const STICKY = 0o1000;

/**
 * Null: the state is safe there, or would be once its directory is made. Who may write to the directory prepares the files that are not there
 * yet, in a sticky one as well; its owner may replace them all; and who may write to a directory above it moves it away and puts another in
 * its place, unless that one is sticky.
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
    return { expected: "a directory that others can't write to", got: 'one that everybody can', remedy };
  }
  if (stats.uid === uid || stats.uid === ROOT) return null;
  return { expected: `one of user ${uid}`, got: `one of user ${stats.uid}`, remedy: `run as that user, or ${ELSEWHERE}` };
}

function ofParents(stateDir: string): Unsafe | null {
  const open = [...parentsOf(stateDir), ...parentsOf(realOf(stateDir))].find(isOpen);
  if (open === undefined) return null;
  return {
    expected: "directories above it that others can't write to, or that are sticky",
    got: `${open}, in which everybody can put another directory in its place`,
    remedy: ELSEWHERE,
  };
}

function isOpen(directory: string): boolean {
  const stats = statSync(directory, { throwIfNoEntry: false });
  return stats !== undefined && (stats.mode & OTHERS_WRITE) !== 0 && (stats.mode & STICKY) === 0;
}

const parentsOf = (path: string): readonly string[] => (path === dirname(path) ? [] : [dirname(path), ...parentsOf(dirname(path))]);

/** Where links lead, as far as the path exists. */
function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : `${realOf(parent)}/${basename(path)}`;
  }
}

/** Nothing but a state of ours lies there: only then its mode is dogwatch's to change. */
export function isOurOwn(stateDir: string): boolean {
  try {
    const names = readdirSync(stateDir);
    const known = Object.values(layout(stateDir)).filter((path) => dirname(path) === stateDir);
    const isKnown = (name: string) => name.startsWith('dogwatch.db') || known.includes(join(stateDir, name));
    return lstatSync(stateDir).uid === process.getuid?.() && names.includes('dogwatch.db') && names.every(isKnown);
  } catch {
    return false;
  }
}
