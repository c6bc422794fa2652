import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { begin, environment, gather, git, home, repository, write } from './repository.ts';

describe('the look leaves no trace and runs nothing', () => {
  const everything = (directory: string): string[] =>
    readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .map((name) => {
        const { mtimeNs, size, mode } = statSync(join(directory, name), { bigint: true });
        return `${name} ${mtimeNs} ${size} ${mode}`;
      })
      .sort();

  test('no file of the repository changes, not even the index of a file that was only touched', async () => {
    begin();
    utimesSync(join(repository, 'a.txt'), 1, 1);
    const before = everything(repository);
    await gather();
    expect(everything(repository)).toEqual(before);
  });

  test('another’s lock is no hindrance', async () => {
    begin();
    const before = await gather();
    writeFileSync(join(repository, '.git/index.lock'), '');
    expect(await gather()).toEqual(before);
  });

  test('nothing that the repository’s configuration names is run', async () => {
    begin();
    const hook = join(home, 'hook');
    writeFileSync(hook, `#!/bin/sh\necho "$0 $*" >> ${home}/ran\ncat\n`, { mode: 0o755 });
    const keys = [
      'core.fsmonitor',
      'diff.external',
      'diff.x.command',
      'diff.x.textconv',
      'core.sshCommand',
      'core.pager',
      'core.editor',
      'filter.x.clean',
      'filter.x.process',
      'filter.x.smudge',
      'filter.a=b.clean',
      'filter.a.b.clean',
    ];
    for (const key of keys) git('config', key, hook);
    git('config', 'filter.x.required', 'true');
    for (const name of ['post-index-change', 'pre-commit', 'post-checkout', 'fsmonitor-watchman'])
      writeFileSync(join(repository, '.git/hooks', name), `#!/bin/sh\necho ${name} >> ${home}/ran\n`, { mode: 0o755 });
    write('.gitattributes', '*.txt filter=x diff=x\nsrc/b.txt filter=a=b\nc.txt filter=a.b\n');
    write('a.txt', 'changed\n');
    write('src/b.txt', 'changed\n');
    write('c.txt', 'new\n');
    utimesSync(join(repository, '.gitignore'), 1, 1);
    rmSync(join(home, 'ran'), { force: true });
    expect(await gather()).toMatchObject({ worktree: expect.any(String), missing: [] });
    expect(existsSync(join(home, 'ran')) ? readFileSync(join(home, 'ran'), 'utf8') : '').toBe('');
    // The trap works: a git that is not careful walks into it.
    execFileSync('git', ['status'], { cwd: repository, env: environment(), stdio: 'pipe' });
    expect(existsSync(join(home, 'ran'))).toBe(true);
  });
});
