import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errorMessage } from '../core/values/error-message.ts';
import { writeAtomically } from '../system/file/write-atomically.ts';
import { withRoom } from './db/database.ts';
import type { Layout } from './directory/layout.ts';
import { makeRoom } from './directory/make-room.ts';

export type Environment = Readonly<Record<string, string>>;

/**
 * Keeps a run's variables in a file of its own (0600), so that a resume after a reboot finds the
 * same PATH, HOME and keys, and nothing else ever shows them. Throws StoreError.
 */
export function keepEnvironment(layout: Layout, file: string, environment: NodeJS.ProcessEnv): void {
  const path = join(layout.environments, file);
  const text = JSON.stringify(environment);
  withRoom(
    path,
    () => makeRoom(layout),
    () => writeAtomically(path, text),
  );
}

/**
 * The file with a run's variables is missing, damaged or not readable for us, and stays so until a
 * person restores it.
 */
export class EnvironmentLost extends Error {
  override readonly name = 'EnvironmentLost';
}

/** The machine is short of something for a moment: the file itself may be fine. */
const PASSING: readonly (string | undefined)[] = ['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EINTR'];

/**
 * Returns the variables as captured. Throws if they can't be read: a run is never resumed with a
 * guessed environment.
 */
export function readEnvironment(layout: Layout, file: string): Environment {
  const path = join(layout.environments, file);
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    // A JSON parser's error message may quote the text.
    const got = error instanceof SyntaxError ? 'it is damaged' : errorMessage(error);
    const message = `the environment of the run can't be read from ${path}: ${got}`;
    if (PASSING.includes((error as NodeJS.ErrnoException).code)) throw new Error(message);
    throw new EnvironmentLost(`${message}. Put that file back (a backup made by \`dogwatch backup\` has it), or start the job anew`);
  }
}

/** The same, or null if they can't be read any more, such as those of a complete run. */
export function keptEnvironment(layout: Layout, file: string): Environment | null {
  try {
    return readEnvironment(layout, file);
  } catch {
    return null;
  }
}

/** For a run that was refused after all or is complete. */
export const forgetEnvironment = (layout: Layout, file: string): void => rmSync(join(layout.environments, file), { force: true });
