import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface PinnedAgent {
  readonly package: string;
  readonly version: string;
  /** Candidates for the program, inside the directory in which the package was installed. */
  readonly programs: readonly string[];
}

export const OPENCODE: PinnedAgent = {
  package: 'opencode-ai',
  version: '1.18.33',
  programs: [
    `node_modules/opencode-linux-${process.arch}/bin/opencode`,
    `node_modules/opencode-linux-${process.arch}-baseline/bin/opencode`,
  ],
};

/** The program of an agent CLI, from the npm registry, kept outside of the repository. Throws where it can't be installed. */
export function installAgent({ package: name, version, programs }: PinnedAgent): string {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'dogwatch-test', 'agents');
  const directory = join(cache, `${name}-${version}`);
  if (find(directory, programs) === null) {
    // Installed beside and moved into place: of two at once one wins, and a broken one is never found.
    const fresh = `${directory}.${process.pid}`;
    mkdirSync(fresh, { recursive: true });
    const options = ['--prefix', fresh, '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
    execFileSync('npm', ['install', ...options, `${name}@${version}`], { cwd: fresh, stdio: ['ignore', 'ignore', 'inherit'] });
    if (find(directory, programs) === null) {
      rmSync(directory, { recursive: true, force: true });
      renameSync(fresh, directory);
    } else rmSync(fresh, { recursive: true, force: true });
  }
  const program = find(directory, programs);
  if (program === null) throw new Error(`${name}@${version} was installed, but has none of ${programs.join(', ')}`);
  return program;
}

const find = (directory: string, programs: readonly string[]): string | null =>
  programs.map((program) => join(directory, program)).find((path) => existsSync(path)) ?? null;
