import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { until } from '../kit/until.ts';
import { withInotifyLimits } from './inotify-limits.ts';

const PROGRAM = join(import.meta.dirname, 'followed-log.ts');

function place(): string {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-watch-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Follows a log in a separate process, started by `before`. Returns its output so far. */
function follower(before: readonly string[], ...args: string[]) {
  const [command = '', ...rest] = [...before, process.execPath, PROGRAM, ...args];
  const child: ChildProcess = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let printed = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const lines = () => printed.split('\n').filter((line) => line !== '');
  return {
    pid: child.pid,
    lines,
    heard: (text: string) => until(`"${text}" is heard`, () => lines().includes(`heard: ${text}`)),
  };
}

test.for([
  ['no file can be watched', { max_inotify_watches: 0 }],
  ['there is no inotify at all', { max_inotify_instances: 0 }],
] as const)('%s: that is reported once, and what is written is still read', async ([, limits], context) => {
  const log = join(place(), 'log');
  writeFileSync(log, 'first\n');
  const following = follower(withInotifyLimits(context, limits), log);
  await following.heard('first');
  await until('it is reported', () => following.lines().some((line) => line.includes('raise fs.inotify.max_user_watches')));
  for (const text of ['second', 'third']) {
    appendFileSync(log, `${text}\n`);
    await following.heard(text);
  }
  expect(following.lines().filter((line) => line.startsWith('problem:'))).toHaveLength(1);
});

test("inotify's queue overflows silently: what was written meanwhile is still read", async () => {
  const directory = place();
  const log = join(directory, 'log');
  writeFileSync(log, 'first\n');
  const following = follower([], log, join(directory, 'crowd'));
  await following.heard('after the flood');
  await until('it was counted', () => following.lines().some((line) => line.startsWith('delivered:')));
  expect(following.lines()).toContain('delivered: true');
  expect(following.lines().filter((line) => line.startsWith('problem:'))).toEqual([]);
});

/**
 * If a file grows through another kernel, or below an overlay, inotify reports nothing: as on NFS,
 * 9p and virtiofs.
 */
test('a filesystem that reports no growth', async (context) => {
  const directory = place();
  const at = (name: string) => join(directory, name);
  for (const name of ['lower', 'upper', 'work', 'merged']) mkdirSync(at(name));
  writeFileSync(join(at('lower'), 'log'), 'first\n');
  const options = `lowerdir=${at('lower')},upperdir=${at('upper')},workdir=${at('work')}`;
  try {
    execFileSync('mount', ['-t', 'overlay', 'overlay', '-o', options, at('merged')], { stdio: 'pipe' });
    onTestFinished(() => {
      execFileSync('umount', ['-l', at('merged')]);
    });
  } catch (error) {
    context.skip(`no overlay can be mounted here: ${error instanceof Error ? error.message : error}`);
  }
  const following = follower([], join(at('merged'), 'log'));
  await following.heard('first');
  for (const text of ['second', 'third']) {
    appendFileSync(join(at('lower'), 'log'), `${text}\n`);
    await following.heard(text);
  }
});

test('no descriptor is free: that is reported, and the log is read as soon as there is one', async (context) => {
  const log = join(place(), 'log');
  writeFileSync(log, 'first\n');
  const following = follower([], log);
  await following.heard('first');
  const limit = (files: string) => execFileSync('prlimit', ['--pid', String(following.pid), `--nofile=${files}:`], { stdio: 'pipe' });
  try {
    limit('1');
  } catch (error) {
    context.skip(`no limit can be set here: ${error instanceof Error ? error.message : error}`);
  }
  appendFileSync(log, 'second\n');
  await until('it is reported', () => following.lines().some((line) => line.startsWith('problem:') && line.includes('EMFILE')));
  limit('1024');
  await following.heard('second');
});
