import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isLeftover } from '../../../src/system/git/leftovers.ts';
import { begin, gather, git, repository, write } from '../../kit/repository.ts';

test.each(['core', 'core.1234', 'report.20261130.1.0.json', 'hs_err_pid7.log', 'npm-debug.log', 'npm-debug.log.12', 'a/b/debug.log'])(
  '%s is left behind by a failure',
  async (name) => {
    begin();
    const before = await gather();
    mkdirSync(join(repository, 'a/b'), { recursive: true });
    write(name, 'boom');
    expect((await gather()).worktree).toBe(before.worktree);
  },
);

test.each(['core.ts', 'src/core.py', 'report.json', 'report.final.json', 'catalog', 'core.js', 'logger.go', 'notes.txt'])(
  '%s is work',
  (name) => expect(isLeftover(name)).toBe(false),
);

test('a commit in a repository below, on another branch, and in a linked worktree is seen', async () => {
  begin();
  git('init', '-q', 'below');
  git('worktree', 'add', '-q', '../linked', '-b', 'feature');
  for (const where of ['below', '../linked']) {
    git('-C', where, 'commit', '-q', '--allow-empty', '-m', where);
    expect((await gather()).commits).toContain(git('-C', where, 'rev-parse', 'HEAD').trim());
  }
  const { head } = await gather();
  git('branch', 'other');
  git('update-ref', 'refs/heads/other', git('commit-tree', '-m', 'x', 'HEAD^{tree}').trim());
  expect((await gather()).head).toBe(head);
  expect((await gather()).commits).toContain(git('rev-parse', 'other').trim());
});

test('the lack of a repository is reported, with a remedy', async () => expect((await gather()).none).toMatch(/git init.*--progress/));
