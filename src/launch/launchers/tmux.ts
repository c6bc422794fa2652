import { execFile } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { findOnPath } from '../../system/command/find-on-path.ts';
import { isService } from '../../system/process/control-group.ts';
import { runtimeDirectory } from '../../system/systemd/systemctl.ts';
import { ownManager } from '../../system/systemd/transient-unit.ts';

/** dogwatch's own server: `tmux -L dogwatch attach -t NAME`. */
export const TMUX_SOCKET = 'dogwatch';
const LONGEST_MS = 30_000;

export type TmuxAnswer = { readonly said: string } | { readonly problem: string };

/** The path of tmux, or null if there is none. */
export const findTmux = (): string | null => findOnPath('tmux', process.env.PATH ?? '');

/** A valid name of a session: a colon or a dot would end it. */
export const sessionName = (text: string): string => text.replaceAll(/[^A-Za-z0-9_-]/g, '_');

/**
 * Starts a command in a session of this name, or in a new window if the session exists. Returns the
 * pid of its first process.
 */
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

/** The session, or the server with its last session, was about to end: nothing was started. */
const GOING = /server exited|no server running|lost server|can't find (session|window)|error connecting/;
const TRIES = 20;
const PAUSE_MS = 50;
/** Size of a window that is not attached, in characters. */
const SIZE = ['-x', '200', '-y', '50'];

/** Starts a command in a session of this name, unless the session exists. */
export const openSession = (session: string, argv: readonly string[]): Promise<TmuxAnswer> =>
  tmux(['new-session', '-d', '-s', session, ...SIZE, '--', ...argv]);

/**
 * The first session starts the server. A server started by a service would belong to that service
 * and die with it, so it gets a scope of its own.
 */
function scope(): readonly string[] {
  const manager = isService() ? ownManager() : null;
  if (manager === null) return [];
  return ['systemd-run', `--${manager}`, '--scope', '--collect', '--quiet', '--no-ask-password', '--description=dogwatch: tmux', '--'];
}

/**
 * The server keeps the variables of the process that started it, and shows them to any client: it
 * gets only these.
 */
function tmux(args: readonly string[]): Promise<TmuxAnswer> {
  const { PATH = '', HOME = '/', LANG = 'C.UTF-8' } = process.env;
  const env = { PATH, HOME, LANG, TERM: 'screen', SHELL: '/bin/sh', XDG_RUNTIME_DIR: runtimeDirectory() };
  // Without the user's configuration, which might keep windows whose process has ended.
  const command = [...(args[0] === 'new-session' ? scope() : []), 'tmux', '-L', TMUX_SOCKET, '-f', '/dev/null', '-u', ...args];
  const [program = '', ...rest] = command;
  return new Promise((resolve) => {
    execFile(program, rest, { env, cwd: '/', timeout: LONGEST_MS }, (error, out, stderr) =>
      resolve(error === null ? { said: out.trim() } : { problem: stderr.trim() || error.message }),
    );
  });
}
