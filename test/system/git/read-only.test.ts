import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { begin, environment, gather, git, home, repository, write } from '../../kit/repository.ts';

describe('reading leaves no trace and runs nothing', () => {
  const everything = (directory: string): string[] =>
    readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .map((name) => {
        const { mtimeNs, size, mode } = statSync(join(directory, name), { bigint: true });
        return `${name} ${mtimeNs} ${size} ${mode}`;
      })
      .sort();

  test('no file of the repository changes, not even the index after a file was only touched', async () => {
    begin();
    utimesSync(join(repository, 'a.txt'), 1, 1);
    const before = everything(repository);
    await gather();
    expect(everything(repository)).toEqual(before);
  });

  test('another process’s lock does not interfere', async () => {
    begin();
    const before = await gather();
    writeFileSync(join(repository, '.git/index.lock'), '');
    expect(await gather()).toEqual(before);
  });

  test('nothing that the repository’s configuration names is run', async () => {
    begin();
    const ran = () => (existsSync(join(home, 'ran')) ? readFileSync(join(home, 'ran'), 'utf8') : '');
    const trap = join(home, 'trap');
    writeFileSync(trap, `#!/bin/sh\necho "$1" >> ${home}/ran\ncat\n`, { mode: 0o755 });
    for (const key of KEYS) git('config', key, `${trap} ${key}`);
    git('config', 'filter.strict.required', 'true');
    for (const name of ['post-index-change', 'post-checkout'])
      writeFileSync(join(repository, '.git/hooks', name), `#!/bin/sh\necho ${name} >> ${home}/ran\n`, { mode: 0o755 });
    write('.gitattributes', 'a.txt filter=strict diff=x\nsrc/b.txt filter=a=b\n.gitignore filter=a.b\n');
    // Of the same size: to see the difference, git has to read them through the filters.
    write('a.txt', 'A\n');
    write('src/b.txt', 'B\n');
    write('.gitignore', 'IGNORED\n');
    rmSync(join(home, 'ran'), { force: true });

    expect(await gather()).toMatchObject({ worktree: expect.any(String), missing: [] });
    expect(ran()).toBe('');

    // An unguarded git falls into the trap.
    execFileSync('git', ['status'], { cwd: repository, env: environment(), stdio: 'pipe' });
    expect(ran().split('\n')).toEqual(
      expect.arrayContaining(['core.fsmonitor', 'filter.strict.clean', 'filter.a=b.clean', 'filter.a.b.clean']),
    );
  });
});

const KEYS = [
  'core.fsmonitor',
  'core.sshCommand',
  'core.pager',
  'diff.external',
  'diff.x.command',
  'diff.x.textconv',
  'filter.strict.clean',
  'filter.a=b.clean',
  'filter.a.b.clean',
];
