import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

/**
 * The files that a command of this name may refer to, in the order in which a shell in `cwd` tries
 * them.
 */
export const candidates = (name: string, cwd: string, path: string): string[] =>
  name.includes('/') ? [resolve(cwd, name)] : path.split(delimiter).map((directory) => resolve(cwd, directory, name));

/** The program that a command of this name runs, or null if there is none. */
export const findProgram = (name: string, cwd: string, path: string): string | null =>
  name === '' ? null : (candidates(name, cwd, path).find(isProgram) ?? null);

/** The same from any directory: relative entries of the PATH do not count. */
export function findOnPath(name: string, path: string): string | null {
  const directories = path.split(delimiter).filter(isAbsolute);
  return directories.map((directory) => join(directory, name)).find(isProgram) ?? null;
}

/** Whether this is a file that may be executed. */
export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
