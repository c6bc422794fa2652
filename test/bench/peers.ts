import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../until.ts';
import type { Contestant } from './contestant.ts';
import type { Skipped } from './row.ts';
import { Turn } from './turn.ts';

const PM2_VERSION = '7.0.4';
const INSTALL_MS = 180_000;
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'dogwatch-test');

/** What people use instead, each with a turn of its own; those that can't be had here say why. */
export const PEERS: readonly { readonly name: string; readonly open: () => Promise<Contestant | Skipped> }[] = [
  { name: 'bash loop with pgrep, 1 s', open: bashLoop },
  { name: 'runit', open: runit },
  { name: `PM2 ${PM2_VERSION}`, open: pm2 },
];

const LOOP = `while sleep 1; do
  if ! pgrep -f "$TURN" >/dev/null; then "$TURN" >/dev/null 2>&1 & fi
done`;

async function bashLoop(): Promise<Contestant | Skipped> {
  const name = 'bash loop with pgrep, 1 s';
  if (!has('pgrep') || !has('bash')) return { what: name, skipped: 'bash and pgrep are not both installed' };
  const { directory, turn } = stage();
  const loop = spawn('bash', ['-c', LOOP], { cwd: directory, env: { PATH: process.env.PATH, TURN: turn.script }, stdio: 'ignore' });
  return supervised(name, directory, turn, loop);
}

async function runit(): Promise<Contestant | Skipped> {
  const runsv = findRunit();
  if (runsv === null) return { what: 'runit', skipped: 'it is not installed, and its Debian package can not be had' };
  const { directory, turn } = stage();
  const service = join(directory, 'service');
  mkdirSync(service);
  writeFileSync(join(service, 'run'), `#!/bin/sh\nexec "${turn.script}" >/dev/null 2>&1\n`);
  chmodSync(join(service, 'run'), 0o755);
  return supervised('runit', directory, turn, spawn(runsv, [service], { cwd: directory, stdio: 'ignore' }));
}

async function pm2(): Promise<Contestant | Skipped> {
  const name = `PM2 ${PM2_VERSION}`;
  const program = findPm2();
  if (program === null) return { what: name, skipped: 'npm can not install it here' };
  const { directory, turn } = stage();
  const env = { PATH: process.env.PATH, HOME: directory, PM2_HOME: join(directory, 'pm2'), PM2_DISABLE_VERSION_CHECK: 'true' };
  const does = (...args: string[]) => spawnSync(process.execPath, [program, ...args], { cwd: directory, env, encoding: 'utf8' });
  const close = async () => {
    does('kill');
    turn.close();
    rmSync(directory, { recursive: true, force: true });
  };
  // Its own limit on restarts is put out of the way.
  const { status, stderr } = does('start', turn.script, '--interpreter', '/bin/sh', '--max-restarts', '1000000');
  if (status === 0) return { name, turn, prepare: async () => {}, close };
  await close();
  throw new Error(`pm2 start: exit status ${status}\n${stderr}`);
}

function stage() {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-bench-'));
  return { directory, turn: new Turn(join(directory, 'turn')) };
}

function supervised(name: string, directory: string, turn: Turn, supervisor: ChildProcess): Contestant {
  const close = async () => {
    supervisor.kill('SIGKILL');
    await until(`${name} has ended`, () => supervisor.signalCode !== null || supervisor.exitCode !== null);
    turn.close();
    rmSync(directory, { recursive: true, force: true });
  };
  return { name, turn, prepare: async () => {}, close };
}

const has = (command: string): boolean => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;

/** The installed one, else that of Debian's package, unpacked beside the repository: nothing of the system is changed. */
function findRunit(): string | null {
  if (has('runsv')) return 'runsv';
  const unpacked = join(CACHE, 'runit');
  const runsv = join(unpacked, 'usr/bin/runsv');
  if (!existsSync(runsv) && has('apt-get')) {
    mkdirSync(unpacked, { recursive: true });
    spawnSync('sh', ['-c', 'apt-get download runit && dpkg-deb -x runit_*.deb .'], { cwd: unpacked, timeout: INSTALL_MS });
  }
  return existsSync(runsv) ? runsv : null;
}

function findPm2(): string | null {
  const prefix = join(CACHE, `pm2-${PM2_VERSION}`);
  const program = join(prefix, 'node_modules/pm2/bin/pm2');
  if (!existsSync(program)) {
    mkdirSync(prefix, { recursive: true });
    const args = ['install', '--prefix', prefix, '--ignore-scripts', '--no-audit', '--no-fund', `pm2@${PM2_VERSION}`];
    spawnSync('npm', args, { cwd: prefix, timeout: INSTALL_MS, stdio: 'ignore' });
  }
  return existsSync(program) ? program : null;
}
