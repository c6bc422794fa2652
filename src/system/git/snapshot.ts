import { copyFileSync, existsSync, lstatSync, rmSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type GitAnswer, type GitWithInput, ownIndexGit, plainGit } from './read-only.ts';

/** Where a worktree is, and what may be kept of it. */
export interface SnapshotPlace {
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  /** A file for an index of its own, which is removed afterwards. */
  readonly indexFile: string;
  /** At most this much of what is not in the repository yet. */
  readonly mostBytes: number;
}

/** The files of a worktree as a tree of the repository: with untracked, without ignored ones. */
export interface Tree {
  readonly kind: 'tree';
  readonly id: string;
  /** One character per byte. */
  readonly root: string;
  readonly head: string | null;
  readonly git: GitWithInput;
}

export type NoTree = { readonly kind: 'no-repository' } | { readonly kind: 'failed'; readonly because: string };

const failed = (because: string): NoTree => ({ kind: 'failed', because });

/** More files than these would take too long. */
const MOST_FILES = 50_000;

/** The files are read. Whatever changes from now on is not in the tree. */
export interface Captured {
  readonly kind: 'captured';
  /**
   * How many of the files that differ from the last commit were changed after a moment (ms since
   * the epoch).
   */
  readonly changedSince: (wall: number) => number;
  /** Writes the tree. */
  readonly finish: () => Promise<Tree | NoTree>;
}

/**
 * Writes the present state of the worktree into the repository as a tree that nothing refers to.
 * Changes neither the index, HEAD, branches nor files, and takes no lock of theirs.
 */
export async function treeOf(place: SnapshotPlace, deadline: AbortSignal): Promise<Tree | NoTree> {
  const captured = await capture(place, deadline);
  return captured.kind === 'captured' ? captured.finish() : captured;
}

/** Does the first part of `treeOf`, after which files may change. */
export async function capture(place: SnapshotPlace, deadline: AbortSignal): Promise<Captured | NoTree> {
  const { cwd, environment, indexFile, mostBytes } = place;
  if (!isInRepository(cwd)) return { kind: 'no-repository' };
  let isKept = false;
  try {
    const [git, places] = await Promise.all([
      ownIndexGit(cwd, environment, deadline, indexFile),
      plainGit(cwd, environment, deadline)('rev-parse', '--show-toplevel', '--absolute-git-dir'),
    ]);
    if (places.kind !== 'said') return noTree(places);
    const [root = '', gitDirectory = ''] = places.output.split('\n');
    seed(indexFile, join(bytes(gitDirectory), 'index'));
    const [listed, head] = await Promise.all([
      git(['-C', bytes(root), 'ls-files', '-z', '-m', '-o', '-d', '--exclude-standard']),
      git(['rev-parse', '-q', '--verify', 'HEAD^{commit}']),
    ]);
    if (listed.kind !== 'said') return noTree(listed);
    // A repository in the worktree is listed as a directory. Its files belong to it.
    const paths = [...new Set(listed.output.split('\0').filter((path) => path !== '' && !path.endsWith('/')))];
    const tooMuch = whyTooMuch(root, paths, mostBytes);
    if (tooMuch !== null) return failed(tooMuch);
    if (paths.length > 0) {
      const updated = await git(['-C', bytes(root), ...UPDATE_INDEX], `${paths.join('\0')}\0`);
      if (updated.kind !== 'said') return noTree(updated);
    }
    const finish = async (): Promise<Tree | NoTree> => {
      try {
        const written = await git(['write-tree']);
        if (written.kind !== 'said') return noTree(written);
        return { kind: 'tree', id: written.output.trim(), root, head: head.kind === 'said' ? head.output.trim() : null, git };
      } finally {
        removeIndex(indexFile);
      }
    };
    isKept = true;
    return { kind: 'captured', finish, changedSince: (wall) => paths.filter((path) => wasChangedSince(`${root}/${path}`, wall)).length };
  } finally {
    if (!isKept) removeIndex(indexFile);
  }
}

const UPDATE_INDEX = ['update-index', '-z', '--add', '--remove', '--replace', '--ignore-skip-worktree-entries', '--stdin'];

const removeIndex = (indexFile: string): void => {
  for (const end of ['', '.lock']) rmSync(`${indexFile}${end}`, { force: true });
};

/** Keeps a tree as a commit under a ref outside of all branches. Returns why not, or null. */
export async function keepTree({ git, id, head }: Tree, ref: string, message: string): Promise<string | null> {
  const commit = await git(['commit-tree', id, ...(head === null ? [] : ['-p', head]), '-m', message]);
  if (commit.kind !== 'said') return because(commit);
  const kept = await git(['update-ref', ref, commit.output.trim()]);
  return kept.kind === 'said' ? null : because(kept);
}

/** Looks for a repository without starting git: most attempts of other commands have none. */
function isInRepository(cwd: string): boolean {
  for (let directory = cwd; ; directory = dirname(directory)) {
    if (existsSync(join(directory, '.git'))) return true;
    if (dirname(directory) === directory) return false;
  }
}

/**
 * Copies the repository's index, so that git reads only files that changed since. An older time
 * than its own makes git compare files that were changed in the same second.
 */
function seed(indexFile: string, index: string): void {
  removeIndex(indexFile);
  const stats = statSync(index, { throwIfNoEntry: false });
  if (stats === undefined) return;
  copyFileSync(index, indexFile);
  const second = Math.floor(stats.mtimeMs / 1000);
  utimesSync(indexFile, second, second);
}

/** Nobody can set back this time. That of a deleted file is its directory's. */
function wasChangedSince(path: string, wall: number): boolean {
  const stats = lstatSync(Buffer.from(path, 'latin1'), { throwIfNoEntry: false });
  return stats === undefined ? wasChangedSince(dirname(path), wall) : stats.ctimeMs > wall;
}

function whyTooMuch(root: string, paths: readonly string[], mostBytes: number): string | null {
  if (paths.length > MOST_FILES) return `more than ${MOST_FILES} files are changed or untracked`;
  let sum = 0;
  for (const path of paths) {
    sum += lstatSync(Buffer.from(`${root}/${path}`, 'latin1'), { throwIfNoEntry: false })?.size ?? 0;
    if (sum > mostBytes) return `changed and untracked files are larger than DOGWATCH_KEEP_WORKTREE allows`;
  }
  return null;
}

/** An argument of a program is encoded as UTF-8. */
const bytes = (latin1: string): string => Buffer.from(latin1, 'latin1').toString();

export const because = (answer: Exclude<GitAnswer, { kind: 'said' }>): string =>
  answer.kind === 'no-repository' ? 'it is in no git repository' : answer.because;

const noTree = (answer: Exclude<GitAnswer, { kind: 'said' }>): NoTree =>
  answer.kind === 'no-repository' ? answer : failed(`git: ${answer.because}`);
