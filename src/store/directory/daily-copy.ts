import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const KEPT = 2;
const DAY_MS = 86_400_000;
const NAME = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)\.backup$/;

/** Returns the copies kept beside the state, the newest last. */
export function copiesIn(stateDir: string): readonly string[] {
  try {
    const directory = join(stateDir, 'copies');
    return readdirSync(directory)
      .filter((name) => NAME.test(name))
      .sort()
      .map((name) => join(directory, name));
  } catch {
    return [];
  }
}

/**
 * Returns where the next copy is to be written, or null if the newest is from today, or from the
 * future because a clock was ahead.
 */
export function nextCopy(stateDir: string, nowWall: number): string | null {
  const newest = copiesIn(stateDir).at(-1);
  if (newest !== undefined && nowWall - wallOf(newest) < DAY_MS) return null;
  mkdirSync(join(stateDir, 'copies'), { recursive: true, mode: 0o700 });
  return join(stateDir, 'copies', `${new Date(nowWall).toISOString().slice(0, 19).replaceAll(':', '-')}.backup`);
}

/** Keeps only the newest copies. */
export function forgetOldCopies(stateDir: string): void {
  for (const path of copiesIn(stateDir).slice(0, -KEPT)) rmSync(path, { force: true });
}

function wallOf(path: string): number {
  const [, day, hour, minute, second] = NAME.exec(path.slice(path.lastIndexOf('/') + 1)) ?? [];
  return Date.parse(`${day}T${hour}:${minute}:${second}Z`);
}
