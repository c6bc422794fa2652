import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Run } from '../core/model/run.ts';
import { errorMessage } from '../core/values/error-message.ts';
import type { Layout } from '../store/directory/layout.ts';
import { forgetOld, keptRef } from '../system/git/kept-refs.ts';
import { keepTree, treeOf } from '../system/git/snapshot.ts';

/** An attempt waits no longer than this for what is kept before it. */
const DEADLINE_MS = 3000;

/** A name for an index that only one process uses. */
export const newIndexFile = ({ stateDir }: Pick<Layout, 'stateDir'>): string =>
  join(stateDir, `worktree-${process.pid}-${randomBytes(6).toString('hex')}.index`);

/**
 * Keeps the worktree of a run as it is before an attempt. Returns why not, or null if it was kept,
 * or if that is switched off or there is no repository.
 */
export async function keepWorktree(
  { id, spec }: Run,
  attempt: number,
  layout: Layout,
  environment: NodeJS.ProcessEnv,
  deadlineMs = DEADLINE_MS,
): Promise<string | null> {
  const mostBytes = spec.policy.keepWorktreeBytes ?? 0;
  if (mostBytes === 0) return null;
  const not = (because: string) => `the worktree before it was not kept: ${because}`;
  try {
    const place = { cwd: spec.cwd, environment, indexFile: newIndexFile(layout), mostBytes };
    const tree = await treeOf(place, AbortSignal.timeout(deadlineMs));
    if (tree.kind === 'no-repository') return null;
    if (tree.kind === 'failed') return not(tree.because);
    const problem = await keepTree(tree, keptRef(id, attempt), `The worktree of ${id} before attempt ${attempt}`);
    if (problem !== null) return not(problem);
    await forgetOld(tree.git, id, attempt);
    return null;
  } catch (error) {
    return not(errorMessage(error));
  }
}
