import type { Run } from '../../core/model/run.ts';
import { newIndexFile } from '../../launch/keep-worktree.ts';
import type { Layout } from '../../store/directory/layout.ts';
import { keptEnvironment } from '../../store/environment.ts';
import { cleanEnvironment } from '../../system/command/clean-environment.ts';
import { type KeptWorktree, keptWorktrees } from '../../system/git/kept-refs.ts';
import { type GitWithInput, ownIndexGit } from '../../system/git/read-only.ts';
import { because, type Tree, treeOf } from '../../system/git/snapshot.ts';
import { EXIT_UNAVAILABLE, EXIT_USAGE, Problem } from '../terminal/problem.ts';

/** A command may take longer than the start of an attempt may. */
const DEADLINE_MS = 120_000;

/** The worktree of a run, now and before its attempts. */
export interface Worktrees {
  readonly now: Tree;
  readonly kept: readonly KeptWorktree[];
  /** With the filters of the repository, for writing files. */
  readonly writer: (indexFile: string) => Promise<GitWithInput>;
}

const deadline = (): AbortSignal => AbortSignal.timeout(DEADLINE_MS);

/** Throws a Problem if there is no repository, or if it cannot be read. */
export async function worktreesOf(layout: Layout, run: Run): Promise<Worktrees> {
  const { cwd, environmentFile } = run.spec;
  const environment = cleanEnvironment(keptEnvironment(layout, environmentFile) ?? process.env);
  const place = { cwd, environment, indexFile: newIndexFile(layout), mostBytes: Number.POSITIVE_INFINITY };
  const now = await treeOf(place, deadline());
  if (now.kind !== 'tree')
    throw new Problem(EXIT_UNAVAILABLE, `the worktree of ${run.name} cannot be read`, {
      expected: `a git repository in ${cwd}`,
      got: now.kind === 'failed' ? now.because : 'none',
    });
  const kept = await keptWorktrees(now.git, run.id);
  return { now, kept, writer: (indexFile) => ownIndexGit(cwd, environment, deadline(), indexFile, 'on') };
}

/** What was kept before an attempt. Throws a Problem that names those that there are. */
export function keptBefore({ kept }: Pick<Worktrees, 'kept'>, run: Run, attempt: number): KeptWorktree {
  const found = kept.find((one) => one.attempt === attempt);
  if (found !== undefined) return found;
  const known = kept.flatMap(({ attempt: number }) => (number === null ? [] : [number]));
  throw new Problem(EXIT_USAGE, `the worktree of ${run.name} before attempt ${attempt} is not kept`, {
    expected: known.length === 0 ? 'none is kept' : `one of the attempts ${known.join(', ')}`,
    got: String(attempt),
    hint: '`dogwatch history RUN` says why if it could not be kept; DOGWATCH_KEEP_WORKTREE says how much is',
  });
}

export function attemptNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Problem(EXIT_USAGE, 'this is not an attempt', { expected: 'the number of an attempt', got: JSON.stringify(text) });
}

/** A file that differs between two trees. */
export interface Change {
  /** As git writes it: A is new, D is gone, M and T are changed. */
  readonly status: string;
  /** Its mode, "160000" for a submodule. */
  readonly mode: string;
  /** One character per byte. */
  readonly path: string;
}

/** The files that differ, from one tree to another. Throws a Problem. */
export async function changes(git: GitWithInput, from: string, to: string): Promise<readonly Change[]> {
  const output = await said(git, ['diff-tree', '-r', '-z', '--no-renames', from, to]);
  const parts = output.split('\0');
  const found: Change[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [before = '', mode = '', , , status = ''] = (parts[at] ?? '').slice(1).split(' ');
    found.push({ status, mode: status === 'D' ? before : mode, path: parts[at + 1] ?? '' });
  }
  return found;
}

export async function said(git: GitWithInput, args: readonly string[], input?: string): Promise<string> {
  const answer = await git(args, input);
  if (answer.kind === 'said') return answer.output;
  throw new Problem(EXIT_UNAVAILABLE, `git ${args[0] ?? ''} failed`, { got: because(answer) });
}

/** Text of git for a terminal. */
export const text = (latin1: string): string => Buffer.from(latin1, 'latin1').toString();
