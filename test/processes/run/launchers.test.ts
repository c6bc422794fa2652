import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { symlinkSync } from 'node:fs';
import { expect } from 'vitest';
import { NO_TMUX } from '../../../src/launch/launchers/choose.ts';
import { TMUX_SOCKET } from '../../../src/launch/launchers/tmux.ts';
import { tmuxWindows } from '../../../src/launch/launchers/tmux-windows.ts';
import { identify, signalProcess } from '../../../src/system/process/process.ts';
import { type Stage, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const withTmux = tmuxWindows() === null ? story.skip : story;

const tmux = (...args: string[]): string => {
  try {
    return execFileSync('tmux', ['-L', TMUX_SOCKET, ...args], { encoding: 'utf8', stdio: 'pipe' });
  } catch {
    // There is no server.
    return '';
  }
};

const started = (stage: Stage, start: number) =>
  until(`start ${start}`, () => {
    const life = stage.lives()[start - 1];
    return life === undefined ? null : identify(life.pid);
  });

withTmux('a run in tmux is visible while it lives, is resumed there, and leaves no session', async ({ stage }) => {
  const name = `job-${randomUUID().slice(0, 8)}`;
  const sessions = () =>
    tmux('list-sessions', '-F', '#{session_name}')
      .split('\n')
      .filter((one) => one.startsWith(name))
      .sort();
  const seen = (session: string) => tmux('capture-pane', '-p', '-t', `=${session}:`);
  stage.agent('[ $n -lt 3 ] && exec sleep 1000; echo x >done');
  await stage.does(['run', '--detach', '--name', name, '--launcher', 'tmux', '--done-file', 'done', '--', './agent.sh']);
  const first = await started(stage, 1);
  await until('both sessions are there', () => sessions().join() === `${name},${name}-watchdog`);
  await until('its output is shown', () => seen(name).includes('this is start 1'));
  await until('what is decided is shown', () => seen(`${name}-watchdog`).includes('attempt 1 started'));
  signalProcess(first, 'SIGKILL');
  const second = await started(stage, 2);
  await until('it continues there', () => seen(name).includes('this is start 2') && sessions().length === 2);
  signalProcess(second, 'SIGKILL');
  await stage.inState('complete', name);
  await until('no session is left', () => sessions().length === 0);
  expect(stage.lives().map(({ overlaps }) => overlaps)).toEqual([false, false, false]);
});

withTmux('without its launcher a run continues as a process, and its history says so', async ({ stage }) => {
  symlinkSync(execFileSync('which', ['mkfifo'], { encoding: 'utf8' }).trim(), stage.file('mkfifo'));
  await stage.watch({ env: { PATH: stage.cwd } });
  stage.agent('echo x >done');
  await stage.does(['run', '--name', 'job', '--launcher', 'tmux', '--done-file', 'done', '--', './agent.sh']);
  const notes = stage.history().map(({ because }) => because);
  expect(notes.filter((note) => note.includes(`as a plain process: ${NO_TMUX}`))).toHaveLength(1);
});

story('an unavailable launcher is refused before anything is registered', async ({ stage }) => {
  stage.agent('exit 0');
  const { code, stderr } = await stage.dogwatch(['run', '--launcher', 'tmux', '--', './agent.sh'], { env: { PATH: '/nonexistent' } });
  expect([code, stderr]).toEqual([69, expect.stringContaining(NO_TMUX)]);
  expect(stage.lives()).toEqual([]);
});

story('limits that cannot be enforced are refused before anything is registered', async ({ stage }) => {
  stage.agent('echo x >done');
  const asked = async (...options: string[]) => {
    const { code, stderr } = await stage.dogwatch(['run', ...options, '--', './agent.sh'], { env: { PATH: '/nonexistent' } });
    return [code, stderr] as const;
  };
  expect(await asked('--launcher', 'process', '--memory', '4GiB')).toEqual([
    64,
    expect.stringContaining('the launcher process cannot enforce limits'),
  ]);
  expect(await asked('--cpu', '0%')).toEqual([64, expect.stringContaining('such as 150%')]);
  expect(await asked('--memory', '4G')).toEqual([64, expect.stringContaining('such as 4GiB')]);
  expect(stage.lives()).toEqual([]);
});
