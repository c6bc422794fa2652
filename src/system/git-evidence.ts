import type { Evidence } from '../core/types.ts';
import { type Git, type GitAnswer, readOnlyGit } from './git.ts';
import { worktreeFingerprint } from './worktree-fingerprint.ts';

const NOTHING = { head: null, worktree: null, missing: [] };

/** Commit and content of the repository that `cwd` is in, read without a trace; both null where there is none. */
export async function gitEvidence(where: {
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly deadlineMs: number;
}): Promise<Pick<Evidence, 'head' | 'worktree' | 'missing'>> {
  const deadline = AbortSignal.timeout(where.deadlineMs);
  const git = await readOnlyGit(where.cwd, where.environment, deadline);
  const root = await git('rev-parse', '--show-toplevel');
  switch (root.kind) {
    case 'no-repository':
      return NOTHING;
    case 'failed':
      return { ...NOTHING, missing: [`git: ${root.because}`] };
    case 'said': {
      const [head, worktree] = await Promise.all([headOf(git), worktreeFingerprint(git, withoutLineEnd(root.output), deadline)]);
      return worktree.kind === 'taken'
        ? { head, worktree: worktree.fingerprint, missing: [] }
        : { head, worktree: null, missing: [`worktree: ${worktree.because}`] };
    }
  }
}

/** Null where nothing is committed yet. */
async function headOf(git: Git): Promise<string | null> {
  const head: GitAnswer = await git('rev-parse', '--verify', '--quiet', 'HEAD');
  return head.kind === 'said' ? withoutLineEnd(head.output) : null;
}

const withoutLineEnd = (text: string): string => text.replace(/\n$/, '');
