import type { Evidence } from '../core/types.ts';
import { commitsOf, headOf, linkedWorktrees, type Place, repositoriesOf, type Worktree } from './git-repositories.ts';
import { worktreeFingerprint } from './worktree-fingerprint.ts';

/** All that is looked at of repositories in one look, so that what is remembered of it is bounded. */
const MAX_COMMITS = 640;

export type GitEvidence = Pick<Evidence, 'head' | 'worktree' | 'missing'> & Required<Pick<Evidence, 'commits' | 'contents' | 'none'>>;

/** Commits and content of the repositories in and below `cwd`, and of their linked worktrees, read without a trace. */
export async function gitEvidence({ deadlineMs, ...place }: Place & { readonly deadlineMs: number }): Promise<GitEvidence> {
  const deadline = AbortSignal.timeout(deadlineMs);
  const { own, below, missing } = await repositoriesOf(place, deadline);
  const all = [...(own === null ? [] : [own]), ...below];
  if (all.length === 0) {
    const none = missing.length > 0 ? missing.join('; ') : noRepository(place.cwd);
    return { head: null, worktree: null, commits: [], contents: [], missing, none };
  }
  const [head, mine, others] = await Promise.all([
    own === null ? null : headOf(own),
    own === null ? null : worktreeFingerprint(own.git, own.root, deadline),
    Promise.all(all.map((one) => around(one, one !== own, place, deadline))),
  ]);
  const unreadable = mine?.kind === 'missing' ? [`worktree: ${mine.because}`] : [];
  return {
    head,
    worktree: mine?.kind === 'taken' ? mine.fingerprint : null,
    commits: [...new Set(others.flatMap(({ commits }) => commits))].slice(0, MAX_COMMITS),
    contents: others.flatMap(({ contents }) => contents),
    missing: [...missing, ...unreadable],
    none: null,
  };
}

/** Why there is nothing that tells whether a job in this directory moves forward; null: there is something. */
export async function whyNoGitEvidence({ deadlineMs, ...place }: Place & { readonly deadlineMs: number }): Promise<string | null> {
  const { own, below, missing } = await repositoriesOf(place, AbortSignal.timeout(deadlineMs));
  if (own !== null || below.length > 0) return null;
  return missing.length > 0 ? missing.join('; ') : noRepository(place.cwd);
}

const noRepository = (cwd: string): string =>
  `neither ${cwd} nor a directory in it is a git repository; \`git init\` there, or --progress with a command that prints how far the job is, gives dogwatch something to go by`;

/** The commits of a repository and its linked worktrees, and what these contain; of the repository itself where it is wanted. */
async function around(one: Worktree, isContentWanted: boolean, { environment }: Place, deadline: AbortSignal) {
  const [commits, linked] = await Promise.all([commitsOf(one), linkedWorktrees(one, environment, deadline)]);
  const places = [...(isContentWanted ? [one] : []), ...linked.worktrees];
  const prints = await Promise.all(places.map(({ git, root }) => worktreeFingerprint(git, root, deadline)));
  const head = isContentWanted ? await headOf(one) : null;
  return {
    commits: [...commits, ...linked.commits, ...(head === null ? [] : [head])],
    contents: prints.flatMap((print) => (print.kind === 'taken' ? [print.fingerprint] : [])),
  };
}
