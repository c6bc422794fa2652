import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface PinnedAgent {
  readonly package: string;
  readonly version: string;
  /** Candidates for the program, inside the directory into which the package was installed. */
  readonly programs: readonly string[];
}

const directoryOf = ({ package: name, version }: PinnedAgent): string =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'dogwatch-test', 'agents', `${name.replace('/', '+')}-${version}`);

/** The program of an installed agent CLI, or null if it is not installed. */
export const programOf = (agent: PinnedAgent): string | null =>
  agent.programs.map((program) => join(directoryOf(agent), program)).find((path) => existsSync(path)) ?? null;

/** Installs an agent CLI from the npm registry, outside of the repository. Throws if that fails. */
export function installAgent(agent: PinnedAgent): void {
  if (programOf(agent) !== null) return;
  const directory = directoryOf(agent);
  // Installed to a temporary directory and renamed: of two concurrent installs one wins, and an
  // incomplete one is never found.
  const fresh = `${directory}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  try {
    const options = ['--prefix', fresh, '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
    execFileSync('npm', ['install', ...options, `${agent.package}@${agent.version}`], {
      cwd: fresh,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (programOf(agent) === null) {
      rmSync(directory, { recursive: true, force: true });
      renameSync(fresh, directory);
    }
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  if (programOf(agent) === null) throw new Error(`the package has none of ${agent.programs.join(', ')}`);
}
