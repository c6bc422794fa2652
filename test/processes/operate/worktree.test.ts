import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect } from 'vitest';
import { type Stage, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const git = (stage: Stage, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=jo', '-c', 'user.email=jo@localhost', ...args], {
    cwd: stage.cwd,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: stage.directory },
  });

const RUN = ['run', '--detach', '--name', 'job', '--done-file', 'done', '--', './agent.sh'];

async function twoAttempts(stage: Stage) {
  git(stage, 'init', '-q');
  stage.write('.gitignore', 'lives\ndone\n');
  stage.write('kept.txt', 'as committed\n');
  stage.agent('[ $n = 1 ] && { echo one >made-by-1; echo broken >kept.txt; exit 5; }; rm kept.txt; echo two >made-by-2; exec sleep 1000');
  git(stage, 'add', '-A');
  git(stage, 'commit', '-qm', 'begin');
  stage.write('staged', 'x\n');
  git(stage, 'add', 'staged');
  await stage.does(RUN);
  await until('the second one has worked', () => existsSync(stage.file('made-by-2')));
}

story('diff shows what each attempt changed; rewind puts files back and nothing else', async ({ stage }) => {
  await twoAttempts(stage);
  const { stdout: first } = await stage.does(['diff', 'job', '1']);
  expect(first).toMatch(/^\+one$/m);
  expect(first).toMatch(/^-as committed$/m);
  expect(first).not.toContain('two');
  const { stdout: all } = await stage.does(['diff', 'job', '--json']);
  expect(JSON.parse(all)).toMatchObject({
    from: 1,
    files: [
      { status: 'D', path: 'kept.txt' },
      { status: 'A', path: 'made-by-1' },
      { status: 'A', path: 'made-by-2' },
    ],
  });
  const busy = await stage.dogwatch(['rewind', 'job', '2', '--yes']);
  expect([busy.code, busy.stderr]).toEqual([64, expect.stringContaining('dogwatch stop job')]);
  await stage.does(['stop', 'job']);
  const state = () => [git(stage, 'rev-parse', 'HEAD'), git(stage, 'branch', '--list'), git(stage, 'diff', '--cached', '--name-only')];
  const before = state();
  const asked = await stage.dogwatch(['rewind', 'job', '2']);
  expect([asked.code, asked.stderr, existsSync(stage.file('made-by-2'))]).toEqual([64, expect.stringContaining('removes made-by-2'), true]);
  const { stdout } = await stage.does(['rewind', 'job', '2', '--yes', '--json']);
  expect([stage.lines('kept.txt'), existsSync(stage.file('made-by-2')), stage.lines('made-by-1')]).toEqual([['broken'], false, ['one']]);
  await stage.does(['rewind', 'job', '1', '--yes']);
  expect([stage.lines('kept.txt'), existsSync(stage.file('made-by-1')), existsSync(stage.file('lives'))]).toEqual([
    ['as committed'],
    false,
    true,
  ]);
  // It can be undone.
  git(stage, 'restore', `--source=${JSON.parse(stdout).undo}`, '--worktree', '--', ':/');
  expect([stage.lines('made-by-2'), existsSync(stage.file('kept.txt'))]).toEqual([['two'], false]);
  expect(state()).toEqual(before);
  const wrong = await stage.dogwatch(['rewind', 'job', '7', '--yes']);
  expect([wrong.code, wrong.stderr]).toEqual([64, expect.stringContaining('one of the attempts 1, 2')]);
  await stage.does(['rm', 'job', '--yes']);
  expect(git(stage, 'for-each-ref', 'refs/dogwatch')).toBe('');
});

story('what is too large is not kept, and the history says so; 0 keeps nothing', async ({ stage }) => {
  git(stage, 'init', '-q');
  stage.agent('echo x >"$DOGWATCH_RUN.done"');
  stage.write('large', 'x'.repeat(5000));
  const run = (name: string) => ['run', '--detach', '--name', name, '--done-file', `${name}.done`, '--', './agent.sh'];
  await stage.does(run('job'), { env: { DOGWATCH_KEEP_WORKTREE: '1KB' } });
  await stage.does(run('off'), { env: { DOGWATCH_KEEP_WORKTREE: '0' } });
  for (const name of ['job', 'off']) await stage.inState('complete', name);
  expect(JSON.stringify(stage.history('job'))).toContain('the worktree before it was not kept');
  expect(git(stage, 'for-each-ref', 'refs/dogwatch')).toBe('');
});
