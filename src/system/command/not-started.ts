import { statSync } from 'node:fs';

/**
 * Why a program could not be started in a directory, in plain words. `message` is what the library
 * said.
 */
export function notStarted(program: string, cwd: string, message: string | undefined): string {
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true) return `the working directory ${cwd} is gone`;
  const [line = ''] = (message ?? '').split('\n');
  if (/\bENOENT\b/.test(line)) return `${program} was not found`;
  if (/\bEACCES\b/.test(line)) return `this user may not start ${program} in ${cwd}`;
  return line;
}
