import { execFile } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { findOnPath } from '../../system/command/find-on-path.ts';
import { isService } from '../../system/process/control-group.ts';
import { runtimeDirectory } from '../../system/systemd/systemctl.ts';
import { ownManager } from '../../system/systemd/transient-unit.ts';

/** A server of dogwatch's own: `tmux -L dogwatch attach -t NAME`. */
export const TMUX_SOCKET = 'dogwatch';
const LONGEST_MS = 30_000;

export type TmuxAnswer = { readonly said: string } | { readonly problem: string };

/** Where tmux is; null: there is none. */
export const findTmux = (): string | null => findOnPath('tmux', process.env.PATH ?? '');

/** A session of this name, which a colon or a dot would end. */
export const sessionName = (text: string): string => text.replaceAll(/[^A-Za-z0-9_-]/g, '_');

/** Starts a command in a session of this name, in one more window where there is such a session; the answer is the pid of its first process. */
export async function openWindow(session: string, argv: readonly string[]): Promise<TmuxAnswer> {
  const print = ['-P', '-F', '#{pane_pid}'];
  for (let left = TRIES; ; left--) {
    const first = await tmux(['new-session', '-d', ...print, '-s', session, ...SIZE, '--', ...argv]);
    if ('said' in first) return first;
    const isThere = /duplicate session/.test(first.problem);
    const opened = isThere ? await tmux(['new-window', '-d', ...print, '-t', `=${session}:`, '--', ...argv]) : first;
    if ('said' in opened || left === 0 || !GOING.test(opened.problem)) return opened;
    await setTimeout(PAUSE_MS);
  }
}

/** The session, or the server with its last session, was about to end: then nothing was started. */
const GOING = /server exited|no server running|lost server|can't find (session|window)|error connecting/;
const TRIES = 20;
const PAUSE_MS = 50;
/** Of a window that nobody looks at, in characters. */
const SIZE = ['-x', '200', '-y', '50'];

/** Starts a command in a session of this name, unless there is one. */
export const openSession = (session: string, argv: readonly string[]): Promise<TmuxAnswer> =>
  tmux(['new-session', '-d', '-s', session, ...SIZE, '--', ...argv]);

/** The first one starts the server. One that a service has started would be of that service, and die with it: it gets a scope of its own. */
function scope(): readonly string[] {
  const manager = isService() ? ownManager() : null;
  if (manager === null) return [];
  return ['systemd-run', `--${manager}`, '--scope', '--collect', '--quiet', '--no-ask-password', '--description=dogwatch: tmux', '--'];
}

/** The server keeps the variables of whoever has started it, and shows them to whoever asks: there are none but these. */
function tmux(args: readonly string[]): Promise<TmuxAnswer> {
  const { PATH = '', HOME = '/', LANG = 'C.UTF-8' } = process.env;
  const env = { PATH, HOME, LANG, TERM: 'screen', SHELL: '/bin/sh', XDG_RUNTIME_DIR: runtimeDirectory() };
  // Nobody's own configuration: it might keep windows whose process has ended.
  const command = [...(args[0] === 'new-session' ? scope() : []), 'tmux', '-L', TMUX_SOCKET, '-f', '/dev/null', '-u', ...args];
  const [program = '', ...rest] = command;
  return new Promise((resolve) => {
    execFile(program, rest, { env, cwd: '/', timeout: LONGEST_MS }, (error, out, said) =>
      resolve(error === null ? { said: out.trim() } : { problem: said.trim() || error.message }),
    );
  });
}
