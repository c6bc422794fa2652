import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../../kit/until.ts';
import { unpackedIn, whyNotUnpacked } from '../unpacked.ts';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
/** Paths inside: this Node, and the command of the built program. */
export const NODE = '/opt/node';
const PROGRAM = '/opt/dogwatch/dist/main.js';
export const DOGWATCH = '/opt/bin/dogwatch';
/** The user who works there: uid 1000, with a home. */
export const USER = 'builder';
const UID = 1000;
const LONGEST_COMMAND_MS = 120_000;

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Root by default. */
  readonly as?: typeof USER;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string;
}

/**
 * A machine with systemd as process 1. It shares this host's /usr, and has its own /etc, /var,
 * network, processes and control groups.
 */
export interface Machine {
  /** Its root directory, as seen from here. Its contents survive a reboot, except /run and /tmp. */
  readonly root: string;
  /** Runs a command in it. */
  run(command: readonly string[], options?: RunOptions): Ran;
  /** The same, for a command that must succeed. Returns its output, trimmed. */
  does(command: readonly string[], options?: RunOptions): string;
  /** Writes a file in it, and creates its directories. */
  write(path: string, text: string, mode?: number): void;
  read(path: string): string;
  /** Turns it off (cleanly, or as in a power cut) and on again. */
  reboot(how?: 'clean' | 'power-cut'): Promise<void>;
  tearDown(): Promise<void>;
}

/** Why there can be no such machine here, or null if there can. */
export function whyNoMachine(): string | null {
  if (process.getuid?.() !== 0) return 'a separate machine needs root';
  if (spawnSync('unshare', ['--mount', 'true']).status !== 0) return 'no mount namespace can be made here';
  if (hierarchies().length === 0) return 'there are no control groups here';
  if (onPath('systemd-nspawn')) return null;
  return whyNotUnpacked('nspawn', 'systemd-nspawn');
}

/** Boots one, and waits until all its units are started. */
export async function bootMachine(binds: readonly string[] = []): Promise<Machine> {
  const home = mkdtempSync(join(tmpdir(), 'dogwatch-machine-'));
  const root = join(home, 'root');
  furnish(root);
  let booted = await boot(home, binds);
  const run = (command: readonly string[], { as, env = {}, cwd = '/', input = '' }: RunOptions = {}): Ran => {
    const variables = Object.entries({ PATH: '/opt/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin', ...homeOf(as), ...env }).map(
      ([name, value]) => `${name}=${value}`,
    );
    const who = as === undefined ? [] : ['setpriv', `--reuid=${UID}`, `--regid=${UID}`, '--init-groups'];
    const there = ['env', '-i', '-C', cwd, ...variables, ...who, ...command];
    const { status, stdout, stderr } = spawnSync(
      'nsenter',
      ['-t', String(booted.leader), '-m', '-p', '-u', '-i', '-n', '-C', '-r', '-w', '--', ...there],
      {
        encoding: 'utf8',
        input,
        timeout: LONGEST_COMMAND_MS,
      },
    );
    return { code: status, stdout, stderr };
  };
  return {
    root,
    run,
    does: (command, options) => {
      const { code, stdout, stderr } = run(command, options);
      if (code !== 0) throw new Error(`${command.join(' ')}: exit status ${code}\n${stderr}${stdout}`);
      return stdout.trim();
    },
    write: (path, text, mode = 0o644) => {
      mkdirSync(join(root, path, '..'), { recursive: true });
      writeFileSync(join(root, path), text, { mode });
    },
    read: (path) => readFileSync(join(root, path), 'utf8'),
    reboot: async (how = 'clean') => {
      await booted.off(how);
      booted = await boot(home, binds);
    },
    tearDown: async () => {
      await booted.off('power-cut');
      rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

const homeOf = (as: string | undefined): Record<string, string> =>
  as === undefined ? { HOME: '/root' } : { HOME: `/home/${USER}`, USER, LOGNAME: USER, XDG_RUNTIME_DIR: `/run/user/${UID}` };

/** Creates a root directory with this host's users and one more, and no unit enabled. */
function furnish(root: string): void {
  for (const name of [
    'etc',
    'usr/lib',
    'usr/local/bin',
    'var',
    'run',
    'tmp',
    'root',
    'proc',
    'sys',
    'dev',
    'srv',
    'opt/bin',
    'opt/dogwatch',
    `home/${USER}`,
  ])
    mkdirSync(join(root, name), { recursive: true });
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) if (existsSync(`/${name}`)) symlinkSync(`usr/${name}`, join(root, name));
  cpSync('/usr/lib/os-release', join(root, 'usr/lib/os-release'), { dereference: true });
  for (const name of ['pam.d', 'security', 'nsswitch.conf', 'alternatives', 'ld.so.cache'])
    if (existsSync(`/etc/${name}`)) cpSync(`/etc/${name}`, join(root, 'etc', name), { recursive: true, verbatimSymlinks: true });
  for (const [name, line] of [
    ['passwd', `${USER}:x:${UID}:${UID}::/home/${USER}:/bin/sh\n`],
    ['group', `${USER}:x:${UID}:\n`],
    ['shadow', `${USER}:!:1::::::\n`],
  ] as const) {
    const others = readFileSync(`/etc/${name}`, 'utf8')
      .split('\n')
      .filter((one) => one !== '' && !one.startsWith(`${USER}:`) && one.split(':')[2] !== String(UID));
    writeFileSync(join(root, 'etc', name), `${others.join('\n')}\n${line}`);
  }
  writeFileSync(join(root, DOGWATCH), `#!/bin/sh\nexec ${NODE} ${PROGRAM} "$@"\n`, { mode: 0o755 });
  writeFileSync(join(root, NODE), '');
  // A machine with an identity: nothing is treated as a first boot.
  writeFileSync(join(root, 'etc/machine-id'), '0123456789abcdef0123456789abcdef\n');
  spawnSync('chown', ['-R', `${UID}:${UID}`, join(root, 'home', USER)]);
}

interface Booted {
  /** Its process 1, as seen from here. */
  readonly leader: number;
  off(how: 'clean' | 'power-cut'): Promise<void>;
}

let machines = 0;

async function boot(home: string, binds: readonly string[]): Promise<Booted> {
  const name = `dogwatch-${process.pid}-${++machines}`;
  const groups = hierarchies().map((hierarchy) => join(hierarchy, name));
  for (const group of groups) mkdirSync(group, { recursive: true });
  const log = openSync(join(home, 'log'), 'a');
  // It moves itself into separate control groups, and becomes nspawn.
  const enter = groups.map((group) => `echo $$ >'${group}/cgroup.procs'`).join('; ');
  const child = spawn('/bin/sh', ['-ec', `${enter}; exec "$@"`, 'sh', nspawn(), ...arguments_(home, name, binds)], {
    env: { ...process.env, SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1' },
    stdio: ['ignore', log, log],
    detached: true,
  });
  const says = () => readFileSync(join(home, 'log'), 'utf8').slice(-2000);
  const inside = (leader: number, ...command: string[]) =>
    spawnSync('nsenter', ['-t', String(leader), '-m', '-p', '-C', '-r', '-w', '--', ...command], { encoding: 'utf8' });
  const leader = await until('systemd has started', () => {
    if (child.exitCode !== null) throw new Error(`the machine does not start: ${says()}`);
    const [first = ''] = childrenOf(child.pid);
    return first !== '' && /^(running|degraded)/.test(inside(Number(first), 'systemctl', 'is-system-running').stdout) && Number(first);
  });
  const off: Booted['off'] = async (how) => {
    // Without process 1 no process is left; nspawn follows.
    if (!isOver(child)) process.kill(how === 'clean' ? (child.pid ?? leader) : leader, how === 'clean' ? 'SIGTERM' : 'SIGKILL');
    await until('the machine is off', () => isOver(child));
    for (const group of groups) await until('its control groups are gone', () => removeGroup(group));
  };
  return { leader, off };
}

const MASKED = ['systemd-networkd.service', 'systemd-networkd.socket', 'systemd-resolved.service', 'console-getty.service', 'getty.target'];

const arguments_ = (home: string, name: string, binds: readonly string[]): string[] => [
  ...['-q', '-D', join(home, 'root'), '-M', name, '--register=no', '--keep-unit', '--private-network', '--console=pipe'],
  ...['--bind-ro=/usr', `--bind-ro=${PROJECT}:/opt/dogwatch`, `--bind-ro=${process.execPath}:${NODE}`, ...binds],
  ...['-b', 'systemd.unit=multi-user.target', 'systemd.show_status=no', ...MASKED.map((unit) => `systemd.mask=${unit}`)],
];

const nspawn = (): string => (onPath('systemd-nspawn') ? 'systemd-nspawn' : join(unpackedIn('nspawn'), 'usr/bin/systemd-nspawn'));
const onPath = (program: string): boolean => spawnSync('which', [program]).status === 0;

/** The unified hierarchy, and systemd's own if the controllers are in the old ones. */
const hierarchies = (): readonly string[] => {
  const old = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd'].filter((path) => existsSync(join(path, 'cgroup.procs')));
  return old.length > 0 ? old : ['/sys/fs/cgroup'].filter((path) => existsSync(join(path, 'cgroup.procs')));
};

const childrenOf = (pid: number | undefined): string[] =>
  existsSync(`/proc/${pid}/task/${pid}/children`) ? readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ') : [];

const isOver = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

/** Deepest first. One that is busy is removed the next time. */
function removeGroup(group: string): boolean {
  if (!existsSync(group)) return true;
  const { status } = spawnSync('find', [group, '-depth', '-type', 'd', '-exec', 'rmdir', '{}', '+'], { stdio: 'ignore' });
  return status === 0;
}
