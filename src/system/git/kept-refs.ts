import type { GitWithInput } from './read-only.ts';

/** Refs of this run keep only its newest attempts. */
const MOST_KEPT = 20;

/** Where the worktrees of a run are kept. Two dots in a row are not allowed in a ref. */
export const keptRefs = (run: string): string => `refs/dogwatch/${run.replaceAll(/\.(?=\.)/g, '_')}`;

/** The worktree as it was before an attempt. */
export const keptRef = (run: string, attempt: number): string => `${keptRefs(run)}/${attempt}`;

export interface KeptWorktree {
  readonly ref: string;
  /** Null if it was kept before a rewind. */
  readonly attempt: number | null;
  readonly commit: string;
}

/** What is kept of a run's worktree, in the order of attempts. */
export async function keptWorktrees(git: GitWithInput, run: string): Promise<readonly KeptWorktree[]> {
  const listed = await git(['for-each-ref', '--format=%(objectname) %(refname)', `${keptRefs(run)}/`]);
  if (listed.kind !== 'said') return [];
  const kept = listed.output.split('\n').flatMap((line): KeptWorktree[] => {
    const [commit, ref] = line.split(' ');
    if (commit === undefined || ref === undefined) return [];
    const name = ref.slice(keptRefs(run).length + 1);
    return [{ ref, commit, attempt: /^\d+$/.test(name) ? Number(name) : null }];
  });
  return kept.sort((a, b) => (a.attempt ?? Number.POSITIVE_INFINITY) - (b.attempt ?? Number.POSITIVE_INFINITY));
}

/** Removes refs of attempts that are too old. */
export async function forgetOld(git: GitWithInput, run: string, attempt: number): Promise<void> {
  if (attempt > MOST_KEPT) await git(['update-ref', '-d', keptRef(run, attempt - MOST_KEPT)]);
}

/** Removes all that is kept of a run. */
export async function forgetWorktrees(git: GitWithInput, run: string): Promise<void> {
  for (const { ref } of await keptWorktrees(git, run)) await git(['update-ref', '-d', ref]);
}
