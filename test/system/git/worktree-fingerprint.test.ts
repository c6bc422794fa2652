import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { begin, gather, git, home, repository, write } from '../../kit/repository.ts';

const worktree = async (): Promise<string> => {
  const evidence = await gather();
  if (evidence.worktree === null) throw new Error(`expected a worktree, got ${evidence.missing}`);
  return evidence.worktree;
};

describe('the content of the worktree', () => {
  beforeEach(() => begin());

  test.each<[string, () => unknown]>([
    ['a changed file', () => write('a.txt', 'changed\n')],
    ['a new file', () => write('new.txt', '')],
    ['a new file in a new directory', () => [mkdirSync(join(repository, 'x/y'), { recursive: true }), write('x/y/z', '')]],
    ['a file with an odd name', () => write(' "quoted"\n\ttab', 'x')],
    ['a removed file', () => rmSync(join(repository, 'a.txt'))],
    ['a renamed file', () => renameSync(join(repository, 'a.txt'), join(repository, 'c.txt'))],
    ['a file that became executable', () => chmodSync(join(repository, 'a.txt'), 0o755)],
    ['a file that became a link', () => [rmSync(join(repository, 'a.txt')), symlinkSync('src/b.txt', join(repository, 'a.txt'))]],
    ['a staged change', () => [write('a.txt', 'changed\n'), git('add', 'a.txt')]],
    ['a committed change', () => [write('a.txt', 'changed\n'), git('commit', '-qam', 'more')]],
  ])('differs after %s, and is the same again when that is undone', async (_, change) => {
    const before = await worktree();
    change();
    expect(await worktree()).not.toBe(before);
    git('reset', '-q', '--hard', git('rev-list', '--max-parents=0', 'HEAD').trim());
    git('clean', '-qfd');
    expect(await worktree()).toBe(before);
  });

  test.each<[string, () => unknown]>([
    ['a touched file', () => utimesSync(join(repository, 'a.txt'), 1, 1)],
    ['a file rewritten with the same content', () => write('a.txt', 'a\n')],
    ['an ignored file', () => write('ignored', 'x')],
    ['an empty directory', () => mkdirSync(join(repository, 'empty'))],
    ['an empty commit', () => git('commit', '-q', '--allow-empty', '-m', 'nothing')],
    ['another branch', () => git('checkout', '-q', '-b', 'other')],
  ])('is the same after %s', async (_, change) => {
    const before = await worktree();
    change();
    expect(await worktree()).toBe(before);
  });

  test('is the same for the same content, whether changed, staged or committed', async () => {
    write('a.txt', 'changed\n');
    write('new.txt', 'new\n');
    const changed = await worktree();
    git('add', '-A');
    expect(await worktree()).toBe(changed);
    git('commit', '-qm', 'more');
    expect(await worktree()).toBe(changed);
  });

  test('is the same from a subdirectory', async () => {
    write('new.txt', 'new\n');
    expect((await gather({ cwd: join(repository, 'src') })).worktree).toBe(await worktree());
  });

  test('includes conflicts and nested repositories as they are', async () => {
    git('checkout', '-qb', 'theirs');
    write('a.txt', 'theirs\n');
    git('commit', '-qam', 'theirs');
    git('checkout', '-q', '-');
    write('a.txt', 'ours\n');
    git('commit', '-qam', 'ours');
    expect(() => git('merge', 'theirs')).toThrow();
    git('init', '-q', 'within');
    const before = await worktree();
    write('a.txt', 'resolved\n');
    expect(await worktree()).not.toBe(before);
  });

  test.each([
    [
      'too many files',
      () => Array.from({ length: 10_001 }, (_, n) => write(`n${n}`, '')),
      'worktree: more than 10000 files differ from what git has',
    ],
    [
      'too many bytes',
      () => write('big', 'x'.repeat(2 ** 26 + 1)),
      'worktree: the files that differ from what git has are larger than 67108864 bytes',
    ],
  ])('is unknown with %s', async (_, change, because) => {
    change();
    expect(await gather()).toMatchObject({ head: git('rev-parse', 'HEAD').trim(), worktree: null, progress: null, missing: [because] });
  });
});

test('a repository with SHA-256 objects has one fingerprint as well', async () => {
  begin('--object-format=sha256');
  const before = await worktree();
  write('a.txt', 'changed\n');
  const changed = await worktree();
  expect(changed).not.toBe(before);
  git('commit', '-qam', 'more');
  expect(await worktree()).toBe(changed);
});

describe("dogwatch's own state in a worktree", () => {
  const stateDir = () => join(repository, 'state');
  const look = async () => (await gather({ stateDir: stateDir() })).worktree;

  beforeEach(() => {
    begin();
    mkdirSync(stateDir());
  });

  test('is no content, whether git knows it or not', async () => {
    const before = await look();
    write('state/dogwatch.db', 'x');
    expect(await look()).toBe(before);
    git('add', '-A');
    git('commit', '-qm', 'state');
    expect(await look()).toBe(before);
    write('state/dogwatch.db', 'y');
    expect(await look()).toBe(before);
    write('statement', 'x');
    expect(await look()).not.toBe(before);
  });

  test('is not opened, by whatever path it is reached', async () => {
    write('state/dogwatch.db', 'x');
    symlinkSync(stateDir(), join(home, 'link'));
    const before = await gather({ stateDir: join(home, 'link') });
    chmodSync(join(repository, 'state/dogwatch.db'), 0o644);
    write('state/dogwatch.db', 'other');
    expect((await gather({ stateDir: join(home, 'link') })).worktree).toBe(before.worktree);
  });

  test('says that nothing is known of a worktree that lies in it', async () => {
    const { worktree: content, missing } = await gather({ stateDir: home });
    expect(content).toBe(null);
    expect(missing.join()).toContain("dogwatch's own state");
  });
});
