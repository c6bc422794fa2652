import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

export type Manager = 'system' | 'user';

/** Exists if systemd is process 1: sd_booted(3). */
const BOOTED = '/run/systemd/system';
/** A starting watchdog may have to replace one that is stopping. */
const LONGEST_MS = 200_000;

export interface Answer {
  /** Null if it did not answer. */
  readonly status: number | null;
  readonly out: string;
  /** What went wrong, in words. */
  readonly said: string;
}

export const isBooted = (): boolean => existsSync(BOOTED);

/** Where a user's own manager listens. A system service does not have the variable. */
export const runtimeDirectory = ({ XDG_RUNTIME_DIR: directory }: NodeJS.ProcessEnv = process.env): string =>
  directory || `/run/user/${process.getuid?.()}`;

/** Queries or commands a manager. Never asks for a password. */
export function systemctl(manager: Manager, args: readonly string[]): Answer {
  const { status, stdout, stderr, error } = spawnSync('systemctl', [`--${manager}`, '--no-ask-password', ...args], {
    encoding: 'utf8',
    timeout: LONGEST_MS,
    env: { ...process.env, XDG_RUNTIME_DIR: runtimeDirectory() },
  });
  return { status, out: stdout ?? '', said: error?.message ?? stderr.trim() };
}

/** The version of systemd, such as 252, or null if there is none. */
export function systemdVersion(): number | null {
  const { stdout } = spawnSync('systemctl', ['--version'], { encoding: 'utf8' });
  const [, version] = /^systemd (\d+)/.exec(stdout ?? '') ?? [];
  return version === undefined ? null : Number(version);
}

/** The values of some properties of a unit; empty if there is no such manager. */
export function properties(manager: Manager, unit: string, names: readonly string[]): ReadonlyMap<string, string> {
  const { status, out } = systemctl(manager, ['show', unit, `--property=${names.join(',')}`]);
  const lines = status === 0 ? out.split('\n').filter((line) => line.includes('=')) : [];
  return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}
