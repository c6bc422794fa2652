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

export const AGENTS: readonly PinnedAgent[] = [OPENCODE, CLAUDE, CODEX, GEMINI, QWEN];

const directoryOf = ({ package: name, version }: PinnedAgent): string =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'dogwatch-test', 'agents', `${name.replace('/', '+')}-${version}`);

/** The program of an agent CLI that was installed; null: it was not. */
export const programOf = (agent: PinnedAgent): string | null =>
  agent.programs.map((program) => join(directoryOf(agent), program)).find((path) => existsSync(path)) ?? null;

/** Installs an agent CLI from the npm registry, outside of the repository. Throws where that fails. */
export function installAgent(agent: PinnedAgent): void {
  if (programOf(agent) !== null) return;
  const directory = directoryOf(agent);
  // Installed beside and moved into place: of two at once one wins, and a broken one is never found.
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
