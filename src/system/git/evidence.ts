import { existsSync } from 'node:fs';
import type { Evidence } from '../../core/model/facts.ts';
import { commitsOf, headOf, linkedWorktrees, type Place, repositoriesOf, type Worktree, worktreeAt } from './repositories.ts';
import { worktreeFingerprint } from './worktree-fingerprint.ts';

/** Limit on the commits of one look, so that what is remembered stays bounded. */
const MAX_COMMITS = 640;

export type GitEvidence = Pick<Evidence, 'head' | 'worktree' | 'missing'> &
  Required<Pick<Evidence, 'commits' | 'contents' | 'none' | 'elsewhere'>>;

/**
 * Commits and content of the repositories in and below `cwd` and of their linked worktrees, read
 * without leaving a trace; and the commits of the repositories that contain the directories in
 * `workedIn`.
 */
export async function gitEvidence({
  deadlineMs,
  workedIn = [],
  ...place
}: Place & { readonly deadlineMs: number; readonly workedIn?: readonly string[] }): Promise<GitEvidence> {
  const deadline = AbortSignal.timeout(deadlineMs);
  const [{ own, below, missing: unasked }, moved] = await Promise.all([
    repositoriesOf(place, deadline),
    elsewhereOf(workedIn, place, deadline),
  ]);
  const all = [...(own === null ? [] : [own]), ...below];
  const elsewhere = moved.found.filter(({ root }) => !all.some((one) => one.root === root));
  const missing = [...unasked, ...moved.missing];
  if (all.length === 0) {
    const none = elsewhere.length > 0 ? null : missing.length > 0 ? missing.join('; ') : noRepository(place.cwd);
    return { head: null, worktree: null, commits: [], contents: [], missing, none, elsewhere };
  }
  const [head, mine, others] = await Promise.all([
    own === null ? null : headOf(own),
    own === null ? null : worktreeFingerprint(own.git, own.root, place.stateDir ?? null, deadline),
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
    elsewhere,
  };
}

/** The repositories that an agent has moved to: where they are, and their commits. */
async function elsewhereOf(directories: readonly string[], { cwd, environment }: Place, deadline: AbortSignal) {
  const others = directories.filter((directory) => directory !== cwd && existsSync(directory));
  const looks = await Promise.all(others.map((directory) => worktreeAt({ cwd: directory, environment }, deadline)));
  const worktrees = new Map(looks.flatMap((look) => (look.kind === 'found' ? [[look.worktree.root, look.worktree] as const] : [])));
  const found = await Promise.all(
    [...worktrees].map(async ([root, worktree]) => {
      const [commits, head] = await Promise.all([commitsOf(worktree), headOf(worktree)]);
      return { root, commits: [...new Set([...(head === null ? [] : [head]), ...commits])] };
    }),
  );
  return { found, missing: looks.flatMap((look) => (look.kind === 'failed' ? [`git: ${look.because}`] : [])) };
}

/** Why nothing shows whether a job in this directory makes progress, or null if something does. */
export async function whyNoGitEvidence({ deadlineMs, ...place }: Place & { readonly deadlineMs: number }): Promise<string | null> {
  const { own, below, missing } = await repositoriesOf(place, AbortSignal.timeout(deadlineMs));
  if (own !== null || below.length > 0) return null;
  return missing.length > 0 ? missing.join('; ') : noRepository(place.cwd);
}

const noRepository = (cwd: string): string =>
  `neither ${cwd} nor a directory in it is a git repository; run \`git init\` there, or pass --progress with a command that prints how far the job is`;

/**
 * The commits of a repository and its linked worktrees, and the content of these; that of the
 * repository itself only if it is wanted.
 */
async function around(one: Worktree, isContentWanted: boolean, { environment, stateDir }: Place, deadline: AbortSignal) {
  const [commits, linked] = await Promise.all([commitsOf(one), linkedWorktrees(one, environment, deadline)]);
  const places = [...(isContentWanted ? [one] : []), ...linked.worktrees];
  const prints = await Promise.all(places.map(({ git, root }) => worktreeFingerprint(git, root, stateDir ?? null, deadline)));
  const head = isContentWanted ? await headOf(one) : null;
  return {
    commits: [...commits, ...linked.commits, ...(head === null ? [] : [head])],
    contents: prints.flatMap((print) => (print.kind === 'taken' ? [print.fingerprint] : [])),
  };
}
