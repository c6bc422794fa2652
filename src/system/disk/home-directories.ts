import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';

/** The home directories of this machine's users, as far as /etc/passwd lists them. */
export function homeDirectories(): readonly string[] {
  try {
    const listed = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .flatMap((line) => line.split(':')[5] ?? []);
    return [...new Set([homedir(), ...listed])].filter((directory) => directory.startsWith('/') && directory !== '/');
  } catch {
    return [homedir()];
  }
}
