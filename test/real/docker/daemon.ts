import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../kit/until.ts';
import { unpackedIn, whyNotUnpacked } from '../unpacked.ts';

/** The docker command, runc and busybox come from this one, whichever engine runs. */
const OLDER = unpackedIn('docker');
const NEWER = unpackedIn('docker-newer');
export const BUSYBOX = join(OLDER, 'bin', 'busybox');
const CLI = join(OLDER, 'usr/bin/docker');

/**
 * Debian's own engine, with the builder and the image store of its time, and a newer one, whose
 * images are in containerd's store.
 */
export type EngineKind = 'classic' | 'containerd';

/** An engine for one test. */
export interface Daemon {
  readonly socket: string;
  /** Runs the docker command on this engine. Returns its output, trimmed. */
  docker(args: readonly string[], input?: string | Buffer): string;
  /**
   * Starts a build of a Dockerfile with the classic builder or BuildKit. Returns its exit status.
   */
  building(args: readonly string[], dockerfile: string, byBuildKit?: boolean): Promise<number | null>;
  /** The engine's process, for a test to stop or kill. */
  readonly process: () => ChildProcess;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Why no engine can run here, or null if one can. */
export const whyNoDocker = (kind: EngineKind = 'classic'): string | null =>
  whyNotUnpacked('docker', 'a Docker engine') ?? (kind === 'classic' ? null : whyNotUnpacked('docker-newer', 'a newer Docker engine'));

/** A real engine on its own socket, without a network: every image must be loaded. */
export async function startDaemon(under = tmpdir(), kind: EngineKind = 'classic'): Promise<Daemon> {
  const home = mkdtempSync(join(under, 'dogwatch-dockerd-'));
  const socket = join(home, 'docker.sock');
  let child: ChildProcess | null = null;
  const programs = kind === 'classic' ? [OLDER] : [NEWER, OLDER];
  const path = [...programs.flatMap((at) => [join(at, 'usr/bin'), join(at, 'usr/sbin')]), process.env.PATH].join(':');
  const env = { ...process.env, PATH: path };
  const docker = (args: readonly string[], input?: string | Buffer) =>
    execFileSync(CLI, ['-H', `unix://${socket}`, ...args], {
      env: { ...env, DOCKER_CONFIG: home, DOCKER_BUILDKIT: '1' },
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(input === undefined ? {} : { input }),
    }).trim();
  const building = (args: readonly string[], dockerfile: string, byBuildKit = false) =>
    new Promise<number | null>((resolve, reject) => {
      const build = spawn(CLI, ['-H', `unix://${socket}`, 'build', ...args], {
        env: { ...env, DOCKER_CONFIG: home, DOCKER_BUILDKIT: byBuildKit ? '1' : '0' },
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      build.once('error', reject);
      build.once('close', resolve);
      build.stdin.end(dockerfile);
    });
  const start = async () => {
    // A killed process may not be reaped yet, so that these would look alive.
    for (const name of ['docker.pid', 'exec/containerd/containerd.pid', 'docker.sock']) rmSync(join(home, name), { force: true });
    mkdirSync(join(home, 'exec'), { recursive: true });
    const log = openSync(join(home, 'log'), 'a');
    child = spawn(join(programs[0]!, 'usr/sbin/dockerd'), [...ARGS, ...store(kind, home), '-H', `unix://${socket}`, ...directories(home)], {
      env,
      stdio: ['ignore', log, log],
      detached: true,
    });
    await until(`dockerd answers (${join(home, 'log')})`, () => {
      if (child?.exitCode !== null) throw new Error(`dockerd ended: ${readFileSync(join(home, 'log'), 'utf8').slice(-2000)}`);
      return existsSync(socket) && spawnSync(CLI, ['-H', `unix://${socket}`, 'version'], { env }).status === 0;
    });
  };
  const stop = async () => {
    await end(child);
    for (const mount of ['exec/netns/default', 'data']) spawnSync('umount', [join(home, mount)]);
    rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  await start();
  return { socket, docker, building, process: () => child!, start, stop };
}

const ARGS = ['--iptables=false', '--ip6tables=false', '--bridge=none', '--shutdown-timeout', '2'];

/** Options for the image store. The newer one is chosen by a file. */
function store(kind: EngineKind, home: string): string[] {
  if (kind === 'classic') return ['--storage-driver', 'overlay2'];
  const file = join(home, 'daemon.json');
  writeFileSync(file, JSON.stringify({ features: { 'containerd-snapshotter': true } }));
  return ['--config-file', file, '--storage-driver', 'overlayfs'];
}

const directories = (home: string): string[] => [
  '--data-root',
  join(home, 'data'),
  '--exec-root',
  join(home, 'exec'),
  '--pidfile',
  join(home, 'docker.pid'),
];

async function end(child: ChildProcess | null): Promise<void> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGCONT');
  child.kill('SIGTERM');
  await until('dockerd has ended', () => child.exitCode !== null || child.signalCode !== null);
}
