import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Layout, runDirectory } from './directory/layout.ts';

/** A run's captured variables among the files that are set aside: this, and the name they had. */
const VARIABLES = 'variables-';

/** Where the files of a run are while it is being removed. */
const asideOf = (where: Layout, run: string): string => join(where.removed, run);

/**
 * Moves the logs and the captured variables of a run aside, before it is removed from the database:
 * whoever is killed in between leaves either all of it or nothing. Throws what the filesystem says.
 */
export function setAside(where: Layout, run: string, environmentFile: string): void {
  const aside = asideOf(where, run);
  mkdirSync(where.removed, { recursive: true, mode: 0o700 });
  rmSync(aside, { recursive: true, force: true });
  if (existsSync(runDirectory(where, run))) renameSync(runDirectory(where, run), aside);
  else mkdirSync(aside, { mode: 0o700 });
  const variables = join(where.environments, environmentFile);
  if (existsSync(variables)) renameSync(variables, join(aside, `${VARIABLES}${environmentFile}`));
}

/** Deletes the files of a run that was removed. */
export const deleteAside = (where: Layout, run: string): Promise<void> =>
  rm(asideOf(where, run), { recursive: true, force: true, maxRetries: 3 });

/** True while files of a removed run are left. */
export const isAside = (where: Layout, run: string): boolean => existsSync(asideOf(where, run));

/**
 * Ends removals that were interrupted: deletes the files of runs that were removed, and moves back
 * those of runs that were not. Returns the ids whose files it could neither delete nor move.
 */
export function settleRemovals(where: Layout, wasRemoved: (run: string) => boolean): readonly string[] {
  return idsIn(where.removed).filter((run) => {
    try {
      if (wasRemoved(run)) rmSync(asideOf(where, run), { recursive: true, force: true });
      else moveBack(where, run);
      return false;
    } catch {
      return true;
    }
  });
}

/** Undoes `setAside`, as far as it got. Best effort: the next start tries again. */
export function putBack(where: Layout, run: string): void {
  try {
    if (isAside(where, run)) moveBack(where, run);
  } catch {
    // Its files stay where they are until then.
  }
}

function moveBack(where: Layout, run: string): void {
  const aside = asideOf(where, run);
  for (const name of readdirSync(aside).filter((one) => one.startsWith(VARIABLES)))
    renameSync(join(aside, name), join(where.environments, name.slice(VARIABLES.length)));
  renameSync(aside, runDirectory(where, run));
}

function idsIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
