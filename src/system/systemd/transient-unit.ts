import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeAtomically } from '../../system/file/write-atomically.ts';
import { readProcFile } from '../proc-file.ts';
import { isBooted, type Manager, properties, runtimeDirectory } from './systemctl.ts';

/** A unit that was created for one attempt, or whose main process was adopted. */
export interface TransientUnit {
  readonly manager: Manager;
  /** With `.service`. The names of units created by dogwatch are unique: they contain a hash. */
  readonly name: string;
}

const LONGEST_MS = 30_000;

/**
 * The manager that starts units for this user, or null if there is none. Root uses the system's
 * manager; other users have their own while they are logged in or linger.
 */
export function ownManager(): Manager | null {
  if (!isBooted()) return null;
  if (process.getuid?.() === 0) return 'system';
  return existsSync(join(runtimeDirectory(), 'systemd/private')) ? 'user' : null;
}

/** Starts a command in a unit, and resolves once its program runs, with what went wrong or null. */
export const startUnit = ({ manager, name }: TransientUnit, lines: readonly string[], argv: readonly string[]): Promise<string | null> =>
  run('systemd-run', [
    ...[`--${manager}`, `--unit=${name}`, '--description=dogwatch: an attempt', '--service-type=exec'],
    ...['--no-ask-password', '--quiet', '--collect'],
    ...lines.map((line) => `--property=${line}`),
    '--',
    // systemd would expand variables in these.
    ...argv.map((word) => word.replaceAll('$', '$$$$')),
  ]);

/** Kills every process in the unit at once; resolves with what went wrong or null. */
export const killUnit = ({ manager, name }: TransientUnit): Promise<string | null> =>
  run('systemctl', [`--${manager}`, '--no-ask-password', 'kill', '--kill-who=all', '--signal=SIGKILL', name]);

/** Whether the unit runs, or is about to start or stop. */
export const isUnitActive = ({ manager, name }: TransientUnit): boolean =>
  /^(active|activating|deactivating|reloading)$/.test(properties(manager, name, ['ActiveState']).get('ActiveState') ?? '');

/** Whether a process is in the unit, according to the kernel, in any cgroup hierarchy. */
export const isInUnit = ({ name }: TransientUnit, pid: number): boolean =>
  readProcFile(`/proc/${pid}/cgroup`)?.toString('utf8').split(/[\n/]/).includes(name) ?? false;

/** Reads the unit of an attempt from a file, or returns null if it has none. */
export function readUnit(path: string): TransientUnit | null {
  if (!existsSync(path)) return null;
  const [manager, name] = readFileSync(path, 'utf8').trim().split(' ');
  return name && (manager === 'system' || manager === 'user') ? { manager, name } : null;
}

/** Writes the unit of an attempt to a file. */
export function noteUnit(path: string, { manager, name }: TransientUnit): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeAtomically(path, `${manager} ${name}\n`, { durable: false });
}

function run(program: string, args: readonly string[]): Promise<string | null> {
  const env = { PATH: process.env.PATH ?? '', XDG_RUNTIME_DIR: runtimeDirectory(), LC_ALL: 'C' };
  return new Promise((resolve) => {
    execFile(program, args, { env, timeout: LONGEST_MS, killSignal: 'SIGKILL' }, (error, _out, stderr) =>
      resolve(error === null ? null : stderr.trim() || error.message),
    );
  });
}
