import { lstatSync, rmdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { newIndexFile } from '../../launch/keep-worktree.ts';
import type { Layout } from '../../store/directory/layout.ts';
import { keptRefs } from '../../system/git/kept-refs.ts';
import { type Change, said, text, type Worktrees } from './trees.ts';

/** Where the files are kept that a rewind replaces. */
export const undoRef = (run: string, nowWall: number): string => `${keptRefs(run)}/before-rewind-${nowWall}`;

const SUBMODULE = '160000';

/**
 * Writes the files of a tree that differ from the present ones, and removes those that it does not
 * have, through an index of its own. Returns the paths that it left alone.
 */
export async function putBack(
  layout: Layout,
  { now, writer }: Worktrees,
  commit: string,
  changes: readonly Change[],
): Promise<readonly string[]> {
  const left = changes.filter(({ mode }) => mode === SUBMODULE);
  const files = changes.filter(({ mode }) => mode !== SUBMODULE);
  const indexFile = newIndexFile(layout);
  try {
    const git = await writer(indexFile);
    await said(git, ['read-tree', commit]);
    for (const { path } of files.filter(({ status }) => status === 'D')) remove(now.root, path);
    const [blocked, free] = [true, false].map((wanted) =>
      files.filter(({ status, path }) => status !== 'D' && isDirectory(now.root, path) === wanted).map(({ path }) => path),
    ) as [string[], string[]];
    if (free.length > 0) await said(git, ['-C', text(now.root), 'checkout-index', '-f', '-z', '--stdin'], `${free.join('\0')}\0`);
    return [...left.map(({ path }) => path), ...blocked];
  } finally {
    for (const end of ['', '.lock']) rmSync(`${indexFile}${end}`, { force: true });
  }
}

/** Removes a file, and directories that are empty without it. */
function remove(root: string, path: string): void {
  rmSync(Buffer.from(`${root}/${path}`, 'latin1'), { force: true });
  for (let directory = dirname(path); directory !== '.'; directory = dirname(directory))
    try {
      rmdirSync(Buffer.from(`${root}/${directory}`, 'latin1'));
    } catch {
      return;
    }
}

/** A directory that is still there has ignored files, which git would remove with it. */
const isDirectory = (root: string, path: string): boolean =>
  lstatSync(Buffer.from(`${root}/${path}`, 'latin1'), { throwIfNoEntry: false })?.isDirectory() === true;
