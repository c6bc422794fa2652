import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Git, type GitAnswer, plainGit, readOnlyGit } from './read-only.ts';

/** Limits: repositories one level below, and commits and worktrees of each. */
const MAX_BELOW = 16;
const MAX_COMMITS = 40;
const MAX_WORKTREES = 8;
/** As many refs of dogwatch's own are left out. */
const MOST_OWN_REFS = 400;

export interface Place {
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  /** dogwatch's own directory, whose files are never read here. Absent if it has none. */
  readonly stateDir?: string;
}

/** A worktree that git may read. `root` has one character per byte. */
export interface Worktree {
  readonly git: Git;
  readonly root: string;
}

/** The repositories in and below a directory. */
export interface Repositories {
  /** The directory's own, or null if it is in no repository, or that is unknown. */
  readonly own: Worktree | null;
  readonly below: readonly Worktree[];
  /** Why git failed somewhere, in words, with the remedy. */
  readonly missing: readonly string[];
}

/** Finds the repository of a directory and those one level below it. */
export async function repositoriesOf({ cwd, environment }: Place, deadline: AbortSignal): Promise<Repositories> {
  if (!existsSync(cwd)) return { own: null, below: [], missing: [`the working directory ${cwd} is gone`] };
  const own = await worktreeAt({ cwd, environment }, deadline);
  const found = await Promise.all(
    (await directoriesWithGit(cwd)).map((directory) => worktreeAt({ cwd: directory, environment }, deadline)),
  );
  const ownRoot = own.kind === 'found' ? own.worktree.root : null;
  const below = found.flatMap((one) => (one.kind === 'found' && one.worktree.root !== ownRoot ? [one.worktree] : []));
  const missing = [own, ...found].flatMap((one) => (one.kind === 'failed' ? [`git: ${one.because}`] : []));
  return { own: own.kind === 'found' ? own.worktree : null, below, missing: [...new Set(missing)] };
}

/** What git says about a directory. */
type At = { kind: 'found'; worktree: Worktree } | { kind: 'none' } | { kind: 'failed'; because: string };

export async function worktreeAt({ cwd, environment }: Place, deadline: AbortSignal): Promise<At> {
  // This reads no file of the worktree, so the filters need not be known yet; a directory that
  // is in no repository costs one git instead of two.
  const root = await plainGit(cwd, environment, deadline)('rev-parse', '--show-toplevel');
  if (root.kind === 'said')
    return { kind: 'found', worktree: { git: await readOnlyGit(cwd, environment, deadline), root: withoutLineEnd(root.output) } };
  if (root.kind === 'no-repository') return { kind: 'none' };
  // A bare repository has commits, but no worktree.
  if (/must be run in a work tree/.test(root.because)) return { kind: 'none' };
  return { kind: 'failed', because: withRemedy(root.because, cwd) };
}

/** Git's error, with a remedy if one is known. */
function withRemedy(because: string, cwd: string): string {
  if (/dubious ownership/.test(because)) {
    const directory = /repository at '(.+)'/.exec(because)?.[1] ?? cwd;
    return `${because}; run \`git config --global --add safe.directory ${directory}\` as the run's user`;
  }
  if (/ENOENT/.test(because) && existsSync(cwd)) return `not installed, or not on the run's PATH (${because}); install it`;
  return because;
}

async function directoriesWithGit(cwd: string): Promise<string[]> {
  const entries = await readdir(cwd, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && entry.name !== '.git' && existsSync(join(cwd, entry.name, '.git')))
    .map(({ name }) => join(cwd, name))
    .sort()
    .slice(0, MAX_BELOW);
}

/**
 * The newest commits of all refs except those that only mirror other repositories (`refs/remotes`)
 * or hold stashes (`refs/stash`) or what dogwatch kept of worktrees (`refs/dogwatch`).
 */
export async function commitsOf({ git }: Worktree): Promise<readonly string[]> {
  const format = '--format=%(objecttype) %(objectname) %(*objecttype) %(*objectname) %(refname)';
  const listed = await git('for-each-ref', '--sort=-creatordate', `--count=${4 * MAX_COMMITS + MOST_OWN_REFS}`, format);
  if (listed.kind !== 'said') return [];
  const commits = listed.output.split('\n').flatMap((line) => {
    const [type, name, innerType, inner, ref] = line.split(' ');
    if (ref === undefined || /^refs\/(?:remotes|prefetch|dogwatch)\/|^refs\/stash$/.test(ref)) return [];
    return type === 'commit' ? [name!] : innerType === 'commit' ? [inner!] : [];
  });
  return [...new Set(commits)].slice(0, MAX_COMMITS);
}

/** The other linked worktrees of a repository, and their commits. */
export async function linkedWorktrees({ git, root }: Worktree, environment: NodeJS.ProcessEnv, deadline: AbortSignal) {
  const listed = await git('worktree', 'list', '--porcelain');
  if (listed.kind !== 'said') return { commits: [], worktrees: [] };
  const entries = listed.output.split('\n\n').map((entry) => ({
    path: /^worktree (.+)$/m.exec(entry)?.[1],
    head: /^HEAD ([0-9a-f]{40,64})$/m.exec(entry)?.[1],
    isBare: /^bare$/m.test(entry),
  }));
  const others = entries.filter(({ path, isBare }) => path !== undefined && path !== root && !isBare).slice(-MAX_WORKTREES);
  const worktrees = await Promise.all(
    others.map(async ({ path }): Promise<Worktree> => {
      const cwd = Buffer.from(path!, 'latin1').toString();
      return { git: await readOnlyGit(cwd, environment, deadline), root: path! };
    }),
  );
  const commits = others.flatMap(({ head }) => (head === undefined || /^0+$/.test(head) ? [] : head));
  return { commits, worktrees: worktrees.filter(({ root: path }) => existsSync(Buffer.from(path, 'latin1'))) };
}

/** The commit of HEAD, or null if nothing is committed yet. */
export async function headOf({ git }: Worktree): Promise<string | null> {
  const head: GitAnswer = await git('rev-parse', '--verify', '--quiet', 'HEAD');
  return head.kind === 'said' ? withoutLineEnd(head.output) : null;
}

const withoutLineEnd = (text: string): string => text.replace(/\n$/, '');
