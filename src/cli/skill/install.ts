import { lstatSync, mkdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorMessage } from '../../core/values/error-message.ts';
import { writeAtomically } from '../../system/file/write-atomically.ts';
import { EXIT_TEMPORARY, EXIT_USAGE, Problem } from '../terminal/problem.ts';
import type { Place } from './places.ts';
import { isOurs, skillText } from './text.ts';

type Change = 'written' | 'replaced' | 'unchanged' | 'removed' | 'absent';

export interface Changed extends Place {
  /** What was done, or with `--dry-run` what would be. */
  readonly change: Change;
}

interface How {
  readonly isDry: boolean;
  /** Also a person's file. */
  readonly force: boolean;
}

/** Throws a Problem before anything is written if one of the files is a person's. */
export function installSkill(places: readonly Place[], { isDry, force }: How): readonly Changed[] {
  const text = skillText();
  const found = places.map((place) => ({ ...place, text: foundAt(place, force) }));
  return found.map(({ agent, path, text: before }) => {
    const change = before === null ? 'written' : before === text ? 'unchanged' : 'replaced';
    if (!isDry && change !== 'unchanged')
      attempt(path, 'write', () => {
        mkdirSync(dirname(path), { recursive: true });
        writeAtomically(path, text, { mode: 0o644 });
      });
    return { agent, path, change };
  });
}

/** Removes what dogwatch installed, and its folder if nothing else is in it. Throws a Problem. */
export function removeSkill(places: readonly Place[], { isDry, force }: How): readonly Changed[] {
  const found = places.map((place) => ({ ...place, text: foundAt(place, force) }));
  return found.map(({ agent, path, text }) => {
    if (text === null) return { agent, path, change: 'absent' };
    if (!isDry)
      attempt(path, 'remove', () => {
        rmSync(path);
        removeEmpty(dirname(path));
      });
    return { agent, path, change: 'removed' };
  });
}

/**
 * What is there, or null if nothing is. A link, or a text that dogwatch did not write, is a
 * person's.
 */
function foundAt({ path }: Place, force: boolean): string | null {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  const text = stats.isFile() ? attempt(path, 'read', () => readFileSync(path, 'utf8')) : null;
  if (text !== null && (force || isOurs(text))) return text;
  throw new Problem(EXIT_USAGE, `${path} is not a file that dogwatch wrote, or it was changed since`, {
    expected: 'no such file, or the one that `dogwatch skill --install` wrote',
    got: stats.isSymbolicLink() ? 'a link' : stats.isFile() ? "a person's file" : 'something else than a file',
    hint: stats.isFile() ? 'move it away, or replace or remove it with --force' : 'move it away',
  });
}

function attempt<T>(path: string, verb: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Problem(EXIT_TEMPORARY, `cannot ${verb} ${path}`, { got: errorMessage(error) });
  }
}

function removeEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // Something else is in it.
  }
}
