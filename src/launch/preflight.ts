import { statSync } from 'node:fs';
import { candidates, findProgram } from '../system/command/find-on-path.ts';

/**
 * Why a command cannot be started, in words for its operator, or null if nothing prevents it. Only
 * checks.
 */
export function whyNotStartable(argv: readonly string[], cwd: string, searchPath: string): string | null {
  const [program] = argv;
  if (!program) return 'the command is empty; give one after --';
  if (!statSync(cwd, { throwIfNoEntry: false })?.isDirectory()) return `the working directory ${cwd} is gone; create it again`;
  if (findProgram(program, cwd, searchPath) !== null) return null;
  const files = candidates(program, cwd, searchPath);
  const found = files.find(isFile);
  if (found !== undefined) return `${found} is not executable; chmod +x it`;
  if (program.includes('/')) return `${files[0]} does not exist or is not a file; check the command`;
  return `${program} was not found in PATH (${searchPath}); install it, or name it by its path`;
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    return false;
  }
}
