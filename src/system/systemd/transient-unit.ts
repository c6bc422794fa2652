import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readProcFile } from '../proc-file.ts';
import { isBooted, type Manager, properties, runtimeDirectory } from './systemctl.ts';

/** A unit that was made for one attempt, or whose main process was adopted. */
export interface TransientUnit {
  readonly manager: Manager;
  /** With `.service`. Of those that dogwatch makes it is nobody else's: it holds a hash. */
  readonly name: string;
}

const LONGEST_MS = 30_000;

/** The manager that starts units for this user; null: none does. Root has that of the system, others have their own where they linger or are logged in. */
export function ownManager(): Manager | null {
  if (!isBooted()) return null;
  if (process.getuid?.() === 0) return 'system';
  return existsSync(join(runtimeDirectory(), 'systemd/private')) ? 'user' : null;
}

/** Starts a command in a unit, and resolves when its program runs; the answer is what went wrong. */
export const startUnit = ({ manager, name }: TransientUnit, lines: readonly string[], argv: readonly string[]): Promise<string | null> =>
  tell('systemd-run', [
    ...[`--${manager}`, `--unit=${name}`, '--description=dogwatch: an attempt', '--service-type=exec'],
    ...['--no-ask-password', '--quiet', '--collect'],
    ...lines.map((line) => `--property=${line}`),
    '--',
    // Variables would be expanded in these.
    ...argv.map((word) => word.replaceAll('$', '$$$$')),
  ]);

/** Kills every process in it at once; the answer is what went wrong. */
export const killUnit = ({ manager, name }: TransientUnit): Promise<string | null> =>
  tell('systemctl', [`--${manager}`, '--no-ask-password', 'kill', '--kill-who=all', '--signal=SIGKILL', name]);

/** Whether anything of it runs, or is about to. */
export const isUnitActive = ({ manager, name }: TransientUnit): boolean =>
  /^(active|activating|deactivating|reloading)$/.test(properties(manager, name, ['ActiveState']).get('ActiveState') ?? '');

/** Whether a process is in it: the kernel says so, in whatever hierarchy. */
export const isInUnit = ({ name }: TransientUnit, pid: number): boolean =>
  readProcFile(`/proc/${pid}/cgroup`)?.toString('utf8').split(/[\n/]/).includes(name) ?? false;

/** What a file says of the unit of an attempt; null: it has none. */
export function readUnit(path: string): TransientUnit | null {
  if (!existsSync(path)) return null;
  const [manager, name] = readFileSync(path, 'utf8').trim().split(' ');
  return name && (manager === 'system' || manager === 'user') ? { manager, name } : null;
}

/** Notes the unit of an attempt. */
export function noteUnit(path: string, { manager, name }: TransientUnit): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, `${manager} ${name}\n`, { mode: 0o600 });
}

function tell(program: string, args: readonly string[]): Promise<string | null> {
  const env = { PATH: process.env.PATH ?? '', XDG_RUNTIME_DIR: runtimeDirectory(), LC_ALL: 'C' };
  return new Promise((resolve) => {
    execFile(program, args, { env, timeout: LONGEST_MS, killSignal: 'SIGKILL' }, (error, _out, said) =>
      resolve(error === null ? null : said.trim() || error.message),
    );
  });
}
