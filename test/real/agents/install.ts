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

export const CLAUDE: PinnedAgent = {
  package: '@anthropic-ai/claude-code',
  version: '2.1.330',
  programs: [`node_modules/@anthropic-ai/claude-code-linux-${process.arch}/claude`],
};

const CODEX_ARCH = process.arch === 'x64' ? 'x86_64' : 'aarch64';
export const CODEX: PinnedAgent = {
  package: '@openai/codex',
  version: '0.169.0',
  programs: [`node_modules/@openai/codex-linux-${process.arch}/vendor/${CODEX_ARCH}-unknown-linux-musl/bin/codex`],
};

export const GEMINI: PinnedAgent = {
  package: '@google/gemini-cli',
  version: '0.61.0',
  programs: ['node_modules/@google/gemini-cli/bundle/gemini.js'],
};

export const QWEN: PinnedAgent = {
  package: '@qwen-code/qwen-code',
  version: '0.15.10',
  programs: ['node_modules/@qwen-code/qwen-code/cli.js'],
};

/** The program of an agent CLI, from the npm registry, kept outside of the repository. Throws where it can't be installed. */
export function installAgent({ package: name, version, programs }: PinnedAgent): string {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'dogwatch-test', 'agents');
  const directory = join(cache, `${name.replace('/', '+')}-${version}`);
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
