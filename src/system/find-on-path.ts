import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** The program that a command of this name runs; null: there is none on the PATH. */
export function findOnPath(name: string, path: string): string | null {
  const candidates = path.split(delimiter).filter(isAbsolute);
  return candidates.map((directory) => join(directory, name)).find(isProgram) ?? null;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
