import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { forgetWorktrees, keptRef, keptWorktrees } from '../../../src/system/git/kept-refs.ts';
import { capture, keepTree, type Tree, treeOf } from '../../../src/system/git/snapshot.ts';
import { begin, environment, gather, git, home, repository, write } from '../../kit/repository.ts';

const take = (more: { cwd?: string; mostBytes?: number } = {}) =>
  treeOf(
    { cwd: repository, environment: environment(), indexFile: join(home, 'own.index'), mostBytes: 1_000_000, ...more },
    AbortSignal.timeout(60_000),
  );

async function taken(more: Parameters<typeof take>[0] = {}): Promise<Tree> {
  const tree = await take(more);
  if (tree.kind !== 'tree') throw new Error(JSON.stringify(tree));
  return tree;
}

const filesOf = (tree: Tree) => git('ls-tree', '-r', '--name-only', '-z', tree.id).split('\0').filter(Boolean);
const textOf = (tree: Tree, path: string) => git('cat-file', 'blob', `${tree.id}:${path}`);

/** What must never change: the index, HEAD, branches and what git says of the files. */
const untouched = () => ({
  index: existsSync(join(repository, '.git/index')) ? readFileSync(join(repository, '.git/index')).toString('base64') : null,
  mtime: statSync(join(repository, '.git/index'), { throwIfNoEntry: false })?.mtimeMs,
  head: readFileSync(join(repository, '.git/HEAD'), 'utf8'),
  branches: git('for-each-ref', 'refs/heads'),
});

describe('a tree of the worktree', () => {
  test('has changed, deleted and untracked files, without ignored ones, and touches nothing', async () => {
    begin();
    write('a.txt', 'changed\n');
    write('new ü\nfile', 'new\n');
    write('ignored', 'not this\n');
    symlinkSync('/nowhere', join(repository, 'link'));
    write('run.sh', '#!/bin/sh\n');
    chmodSync(join(repository, 'run.sh'), 0o755);
    git('rm', '-q', '--cached', 'src/b.txt');
    const before = untouched();
    const tree = await taken();
    expect(filesOf(tree).sort()).toEqual(['.gitignore', 'a.txt', 'link', 'new ü\nfile', 'run.sh', 'src/b.txt']);
    expect([textOf(tree, 'a.txt'), textOf(tree, 'link')]).toEqual(['changed\n', '/nowhere']);
    expect(git('ls-tree', tree.id, 'run.sh')).toMatch(/^100755/);
    expect(untouched()).toEqual(before);
    expect(existsSync(join(home, 'own.index'))).toBe(false);
  });

  test('sees a change in the second in which the index was written, of the same size', async () => {
    begin();
    for (const text of ['b\n', 'c\n', 'd\n']) {
      write('a.txt', text);
      expect(textOf(await taken(), 'a.txt')).toBe(text);
    }
  });

  test('works with a lock, without a commit, in a directory below, and in the middle of a merge', async () => {
    git('init', '-q');
    write('first', 'x');
    expect([filesOf(await taken()), (await taken()).head]).toEqual([['first'], null]);
    begin();
    writeFileSync(join(repository, '.git/index.lock'), '');
    expect(filesOf(await taken({ cwd: join(repository, 'src') }))).toContain('a.txt');
    git('update-ref', 'refs/heads/other', 'HEAD');
  });

  test('has both sides of a conflict as they are in the file', async () => {
    begin();
    git('checkout', '-qb', 'other');
    write('a.txt', 'theirs\n');
    git('commit', '-qam', 'theirs');
    git('checkout', '-q', '-');
    write('a.txt', 'ours\n');
    git('commit', '-qam', 'ours');
    expect(() => git('merge', 'other')).toThrow();
    expect(textOf(await taken(), 'a.txt')).toContain('<<<<<<<');
  });

  test('does not have the files of a repository below, and runs neither hooks nor filters', async () => {
    begin();
    mkdirSync(join(repository, 'below'));
    git('-C', 'below', 'init', '-q');
    write('below/theirs', 'x');
    write('.gitattributes', '*.txt filter=evil\n');
    git('config', 'filter.evil.clean', `touch ${join(home, 'ran')}; cat`);
    write('.git/hooks/reference-transaction', `#!/bin/sh\ntouch ${join(home, 'ran')}\n`);
    chmodSync(join(repository, '.git/hooks/reference-transaction'), 0o755);
    write('a.txt', 'changed\n');
    const tree = await taken();
    expect(filesOf(tree)).not.toContain('below/theirs');
    expect(await keepTree(tree, keptRef('job.1', 1), 'kept')).toBeNull();
    expect(existsSync(join(home, 'ran'))).toBe(false);
  });

  test('is not taken of too much, nor where there is no repository', async () => {
    begin();
    write('large', 'x'.repeat(2000));
    expect(await take({ mostBytes: 1000 })).toEqual({ kind: 'failed', because: expect.stringContaining('DOGWATCH_KEEP_WORKTREE') });
    expect((await take({ mostBytes: 3000 })).kind).toBe('tree');
    expect(await take({ cwd: home })).toEqual({ kind: 'no-repository' });
  });

  test('has what a sparse checkout left out, as it is in the commit', async () => {
    begin();
    git('sparse-checkout', 'set', '--no-cone', '/a.txt', '/.gitignore');
    expect(existsSync(join(repository, 'src/b.txt'))).toBe(false);
    expect(filesOf(await taken())).toContain('src/b.txt');
  });
});

test('what is kept is neither a branch nor a milestone, and is removed with its run', async () => {
  begin();
  const head = git('rev-parse', 'HEAD').trim();
  const evidence = await gather();
  write('untracked', 'x');
  const tree = await taken();
  for (const attempt of [1, 2, 10]) expect(await keepTree(tree, keptRef('a..b.1', attempt), 'kept')).toBeNull();
  expect((await keptWorktrees(tree.git, 'a..b.1')).map(({ attempt }) => attempt)).toEqual([1, 2, 10]);
  expect(git('rev-parse', `${keptRef('a..b.1', 1)}^`).trim()).toBe(head);
  expect(git('branch', '--list', '-a').trim().split('\n')).toHaveLength(1);
  expect({ ...(await gather()), worktree: null }).toEqual({ ...evidence, worktree: null });
  await forgetWorktrees(tree.git, 'a..b.1');
  expect(git('for-each-ref', 'refs/dogwatch')).toBe('');
});

test('a linked worktree has a tree of its own, made from its own index', async () => {
  begin();
  git('worktree', 'add', '-q', join(home, 'linked'));
  writeFileSync(join(home, 'linked', 'only here'), 'x');
  const tree = await taken({ cwd: join(home, 'linked') });
  expect(filesOf(tree)).toEqual(['.gitignore', 'a.txt', 'only here', 'src/b.txt']);
  expect(tree.root).toBe(join(home, 'linked'));
});

test('files that have not changed are not read again', async () => {
  begin();
  write('large', 'x'.repeat(2000));
  git('add', '-A');
  git('commit', '-qm', 'large');
  // Whatever is in the index already does not count, so that its size is no obstacle.
  expect((await take({ mostBytes: 1000 })).kind).toBe('tree');
});

test('what changes once the files are captured is not in the tree', async () => {
  begin();
  write('a.txt', 'before\n');
  const place = { cwd: repository, environment: environment(), indexFile: join(home, 'own.index'), mostBytes: 1_000_000 };
  const captured = await capture(place, AbortSignal.timeout(60_000));
  write('a.txt', 'after\n');
  write('later', 'x');
  const tree = captured.kind === 'captured' ? await captured.finish() : null;
  if (tree?.kind !== 'tree') throw new Error(JSON.stringify(tree));
  expect([textOf(tree, 'a.txt'), filesOf(tree).includes('later'), existsSync(join(home, 'own.index'))]).toEqual(['before\n', false, false]);
});

test('it is known which of the captured files were changed after a moment', async () => {
  begin();
  mkdirSync(join(repository, 'gone'));
  for (const name of ['early', 'late', 'gone/soon', 'gone/early', 'kept']) write(name, 'x');
  git('add', '-A');
  git('commit', '-qm', 'all');
  write('early', 'changed\n');
  rmSync(join(repository, 'gone/early'));
  await setTimeout(50);
  const wall = Date.now();
  await setTimeout(50);
  write('late', 'changed\n');
  const place = { cwd: repository, environment: environment(), indexFile: join(home, 'own.index'), mostBytes: 1_000_000 };
  const captured = await capture(place, AbortSignal.timeout(60_000));
  if (captured.kind !== 'captured') throw new Error(JSON.stringify(captured));
  expect([captured.changedSince(0), captured.changedSince(wall)]).toEqual([3, 1]);
  rmSync(join(repository, 'gone'), { recursive: true });
  expect(captured.changedSince(wall)).toBe(2);
  await captured.finish();
});
