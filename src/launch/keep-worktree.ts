import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Run } from '../core/model/run.ts';
import { errorMessage } from '../core/values/error-message.ts';
import { type Layout, runDirectory } from '../store/directory/layout.ts';
import { forgetOld, keptRef } from '../system/git/kept-refs.ts';
import { capture, keepTree } from '../system/git/snapshot.ts';

/** An attempt waits no longer than this for what is kept before it. */
const DEADLINE_MS = 3000;

/** A name for an index that only one process uses. */
export const newIndexFile = ({ stateDir }: Pick<Layout, 'stateDir'>): string =>
  join(stateDir, `worktree-${process.pid}-${randomBytes(6).toString('hex')}.index`);

/**
 * Keeps what was captured. `begunWall` is when the attempt began, if it was captured beside it (ms
 * since the epoch), or null. Returns what a person must know: why it could not be kept, or what the
 * attempt may have changed before. Null if there is nothing to say.
 */
export type KeepCaptured = (begunWall: number | null) => Promise<string | null>;

/**
 * Captures the worktree of a run as it is before an attempt: the attempt may start once this
 * returns. Captures nothing if that is switched off or there is no repository.
 */
export async function captureWorktree(
  { id, spec }: Run,
  attempt: number,
  layout: Layout,
  environment: NodeJS.ProcessEnv,
  deadlineMs = DEADLINE_MS,
): Promise<KeepCaptured> {
  const mostBytes = spec.policy.keepWorktreeBytes ?? 0;
  if (mostBytes === 0) return KEPT;
  const not = (because: string) => `the worktree before it was not kept: ${because}`;
  try {
    const directory = runDirectory(layout, id);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    // One for each run: what a watchdog that was killed leaves behind is replaced, or removed with
    // the run.
    const place = { cwd: spec.cwd, environment, indexFile: join(directory, 'worktree.index'), mostBytes };
    const captured = await capture(place, AbortSignal.timeout(deadlineMs));
    if (captured.kind === 'no-repository') return KEPT;
    if (captured.kind === 'failed') return async () => not(captured.because);
    const capturedWall = Date.now();
    return async (begunWall) => {
      try {
        const changed = begunWall === null ? 0 : captured.changedSince(begunWall);
        const tree = await captured.finish();
        if (tree.kind !== 'tree') return not(tree.kind === 'failed' ? tree.because : 'the repository is gone');
        const problem = await keepTree(tree, keptRef(id, attempt), `The worktree of ${id} before attempt ${attempt}`);
        if (problem !== null) return not(problem);
        await forgetOld(tree.git, id, attempt);
        return changed === 0 || begunWall === null ? null : changedBefore(changed, capturedWall - begunWall);
      } catch (error) {
        return not(errorMessage(error));
      }
    };
  } catch (error) {
    return async () => not(errorMessage(error));
  }
}

const changedBefore = (files: number, ms: number): string =>
  `the worktree was kept ${ms} ms after it began, and ${files === 1 ? 'one file' : `${files} files`} had changed by then`;

const KEPT = async (): Promise<null> => null;
