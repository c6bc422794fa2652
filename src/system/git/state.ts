import { type GitAnswer, readOnlyGit } from './read-only.ts';

export interface GitState {
  /** `git status --short --branch`: the branch, then a line for each file that differs. */
  readonly status: readonly string[];
  /** `git log --oneline`, newest first; empty if nothing is committed. */
  readonly log: readonly string[];
}

/**
 * The state of the repository that contains `cwd`, for a reader, or null if there is none, or git
 * does not answer in time. Leaves no trace.
 */
export async function gitState(where: {
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly commits: number;
  readonly deadlineMs: number;
}): Promise<GitState | null> {
  const git = await readOnlyGit(where.cwd, where.environment, AbortSignal.timeout(where.deadlineMs));
  const [status, log] = await Promise.all([
    git(
      '-c',
      'core.quotePath=false',
      'status',
      '--short',
      '--branch',
      '--untracked-files=normal',
      '--no-renames',
      '--ignore-submodules=all',
    ),
    // Checking a signature would run a program that the configuration names.
    git('log', '--oneline', '--no-decorate', '--no-color', '--no-show-signature', `-${where.commits}`),
  ]);
  return status.kind === 'said' ? { status: linesOf(status), log: linesOf(log) } : null;
}

const linesOf = (answer: GitAnswer): readonly string[] =>
  answer.kind === 'said' ? Buffer.from(answer.output, 'latin1').toString().split('\n').slice(0, -1) : [];
