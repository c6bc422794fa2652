import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { begin, environment, gather, git, home, repository, write } from '../../kit/repository.ts';

describe('the head', () => {
  test('is the commit', async () => {
    begin();
    expect(await gather()).toMatchObject({ head: git('rev-parse', 'HEAD').trim(), missing: [] });
  });

  test('is null before the first commit, unlike the worktree', async () => {
    git('init', '-q');
    write('a.txt', 'a\n');
    expect(await gather()).toMatchObject({ head: null, worktree: expect.any(String), progress: null, missing: [] });
  });

  test('is not reported as missing without a repository', async () => {
    expect(await gather()).toMatchObject({ head: null, worktree: null, progress: null, missing: [] });
  });

  test('is that of the directory, whatever GIT_DIR says', async () => {
    begin();
    const elsewhere = { ...environment(), GIT_DIR: join(home, 'none'), GIT_WORK_TREE: home, GIT_TRACE: join(home, 'trace') };
    expect(await gather({ environment: elsewhere })).toEqual(await gather());
    expect(existsSync(join(home, 'trace'))).toBe(false);
  });
});

describe('repositories that the agent moved to', () => {
  const other = () => {
    const directory = join(home, 'other');
    mkdirSync(directory);
    git('init', '-q', directory);
    git('-C', directory, 'commit', '-q', '--allow-empty', '-m', 'there');
    return { directory, commit: git('-C', directory, 'rev-parse', 'HEAD').trim() };
  };

  test('contribute their commits, even if the run has no repository of its own', async () => {
    const { directory, commit } = other();
    const elsewhere = [{ root: directory, commits: [commit] }];
    expect(await gather({ workedIn: [directory] })).toMatchObject({ head: null, none: null, elsewhere });
    begin();
    expect(await gather({ workedIn: [directory, repository, join(home, 'gone'), home] })).toMatchObject({ elsewhere, missing: [] });
    expect(await gather()).toMatchObject({ elsewhere: [] });
  });
});

describe('missing evidence is reported', () => {
  test('the directory is gone', async () => {
    expect((await gather({ cwd: join(home, 'gone') })).missing).toEqual([`the working directory ${join(home, 'gone')} is gone`]);
  });

  test('git is not installed', async () => {
    begin();
    expect((await gather({ environment: { PATH: home } })).missing).toEqual(['git: git was not found']);
  });

  test('git takes too long', async () => {
    begin();
    mkdirSync(join(home, 'bin'));
    writeFileSync(join(home, 'bin/git'), '#!/bin/sh\nexec sleep 100\n', { mode: 0o755 });
    const evidence = await gather({ environment: { PATH: `${home}/bin:${process.env.PATH}` }, deadlineMs: 300 });
    expect(evidence).toMatchObject({ head: null, worktree: null, progress: null, missing: ['git: it took too long'] });
  });

  test('the index is damaged', async () => {
    begin();
    writeFileSync(join(repository, '.git/index'), 'garbage');
    const evidence = await gather();
    expect(evidence).toMatchObject({ head: git('rev-parse', 'HEAD').trim(), worktree: null });
    expect(evidence.missing).toEqual([expect.stringMatching(/^worktree: .*index/)]);
  });
});

describe('--progress', () => {
  test.each([
    ['echo " 42 "', '42', []],
    ['printf "step 3\\nof 7\\n"; echo more >&2', 'step 3\nof 7\nmore', []],
    ['true', null, []],
    ['echo "not yet"; exit 3', null, ['--progress ended with status 3: not yet']],
    ['kill -9 $$', null, ['--progress: it was ended by SIGKILL']],
  ])('%s', async (progress, said, missing) => {
    expect(await gather({ progress })).toMatchObject({ head: null, worktree: null, progress: said, missing });
  });

  test('a long text is cut to its end', async () => {
    const { progress } = await gather({ progress: 'head -c 100000 /dev/zero | tr "\\0" x; echo end' });
    expect(progress).toHaveLength(4096);
    expect(progress?.endsWith('xend')).toBe(true);
  });

  test('a command that takes too long is ended', async () => {
    expect((await gather({ progress: 'sleep 100', deadlineMs: 300 })).missing).toContain('--progress took longer than 300 ms');
  });
});
