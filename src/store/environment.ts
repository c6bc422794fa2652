import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { releaseBallast } from '../system/ballast.ts';
import { withRoom } from './database.ts';
import type { Layout } from './layout.ts';

export type Environment = Readonly<Record<string, string>>;

/** Keeps the variables of a run in a file of its own, 0600: a resume after a reboot finds the same PATH, HOME and keys, and nothing else ever shows them. Throws StoreError. */
export function keepEnvironment(layout: Layout, file: string, environment: NodeJS.ProcessEnv): void {
  const path = join(layout.environments, file);
  const text = JSON.stringify(environment);
  withRoom(
    path,
    () => releaseBallast(layout.ballast),
    () => {
      try {
        writeFileSync(path, text, { mode: 0o600, flag: 'wx', flush: true });
      } catch (error) {
        // Half of it is of no use to anybody.
        rmSync(path, { force: true });
        throw error;
      }
    },
  );
}

/** The variables as they were captured. Throws where the file is gone or damaged: a run is never resumed with a guessed environment. */
export function readEnvironment(layout: Layout, file: string): Environment {
  const path = join(layout.environments, file);
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`the environment of the run can't be read from ${path}: ${error instanceof Error ? error.message : error}`);
  }
}

/** The same; null: they can't be read any more, as those of a run that is complete. */
export function keptEnvironment(layout: Layout, file: string): Environment | null {
  try {
    return readEnvironment(layout, file);
  } catch {
    return null;
  }
}

/** For a run that was refused after all, or is complete. */
export const forgetEnvironment = (layout: Layout, file: string): void => rmSync(join(layout.environments, file), { force: true });
