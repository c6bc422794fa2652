import { accessSync, constants, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Why a command can't be started, in words for its operator; null: nothing speaks against it. Looks only. */
export function whyNotStartable(argv: readonly string[], cwd: string, searchPath: string): string | null {
  const [program] = argv;
  if (!program) return 'the command is empty; give one after --';
  if (!statSync(cwd, { throwIfNoEntry: false })?.isDirectory()) return `the working directory ${cwd} is gone; create it again`;
  if (program.includes('/')) return whyNotExecutable(resolve(cwd, program));
  const candidates = searchPath.split(':').map((directory) => join(resolve(cwd, directory), program));
  const reasons = candidates.map(whyNotExecutable);
  if (reasons.includes(null)) return null;
  const found = candidates.findIndex((path) => isFile(path));
  return reasons[found] ?? `${program} was not found in PATH (${searchPath}); install it, or name it by its path`;
}

function whyNotExecutable(path: string): string | null {
  if (!isFile(path)) return `${path} does not exist or is not a file; check the command`;
  try {
    accessSync(path, constants.X_OK);
    return null;
  } catch {
    return `${path} is not executable; chmod +x it`;
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    return false;
  }
}
