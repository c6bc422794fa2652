import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { PROGRAM } from '../../kit/stage.ts';
import { unpackedIn, whyNotUnpacked } from '../unpacked.ts';

const BINARY = join(unpackedIn('sshd'), 'usr/sbin/sshd');
const LIBRARIES = ['lib', 'usr/lib'].map((part) =>
  join(unpackedIn('sshd'), part, `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`),
);

/** Why no ssh server can run here, or null if one can. */
export function whyNoServer(): string | null {
  if (spawnSync('ssh', ['-V']).status !== 0) return 'ssh is not installed';
  const why = whyNotUnpacked('sshd', 'the ssh server');
  if (why !== null) return why;
  if (process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status !== 0) return 'no mount namespace can be made here';
  return null;
}

/** A host: a real ssh server on loopback, with a state directory of its own. */
export interface Server {
  readonly process: ChildProcess;
  readonly port: number;
  readonly stateDir: string;
}

export interface Wishes {
  /** More lines of sshd_config. */
  readonly config?: readonly string[];
  /** The PATH of its shells, or the one with dogwatch. */
  readonly path?: string;
}

/** Directories, keys and configuration of several servers. */
export class Servers {
  readonly #directory: string;
  readonly bin: string;
  readonly #aliases: string[] = [];
  readonly all: Server[] = [];

  constructor(directory: string) {
    this.#directory = directory;
    this.bin = join(directory, 'bin');
    mkdirSync(this.bin);
    mkdirSync(join(directory, 'client'));
    const program = `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`;
    writeFileSync(join(this.bin, 'dogwatch'), program, { mode: 0o755 });
    this.#key('user');
    // ssh reads ~/.ssh of the user's home in /etc/passwd, whatever HOME says.
    const client = join(directory, 'client');
    mkdirSync(join(client, 'bin'));
    writeFileSync(join(client, 'bin/ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F '${client}/config' "$@"\n`, { mode: 0o755 });
  }

  /** The PATH of an operator's shell. */
  get operatorPath(): string {
    return `${join(this.#directory, 'client/bin')}:${process.env.PATH}`;
  }

  /** Starts a server under an alias of ssh_config. `known`: its key is in known_hosts. */
  async start(alias: string, { config = [], path }: Wishes = {}, known = true, lines: readonly string[] = []): Promise<Server> {
    const own = join(this.#directory, alias);
    mkdirSync(own);
    this.#key(`${alias}/host`);
    const port = await freePort();
    const stateDir = join(own, 'state');
    const keys = join(this.#directory, 'user.pub');
    writeFileSync(
      join(own, 'sshd_config'),
      [
        `Port ${port}`,
        'ListenAddress 127.0.0.1',
        `HostKey ${own}/host`,
        `AuthorizedKeysFile ${keys}`,
        'PidFile none',
        'StrictModes no',
        'UsePAM no',
        'PasswordAuthentication no',
        'KbdInteractiveAuthentication no',
        'PrintMotd no',
        `SetEnv PATH=${path ?? `${this.bin}:${process.env.PATH}`} DOGWATCH_STATE_DIR=${stateDir}`,
        ...config,
        '',
      ].join('\n'),
    );
    if (known) this.know(`[127.0.0.1]:${port}`, alias);
    this.alias(alias, port, lines);
    const started = spawnServer(own);
    const server = { process: started, port, stateDir };
    this.all.push(server);
    await listens(port);
    return server;
  }

  /** An entry of ssh_config. */
  alias(name: string, port: number, lines: readonly string[] = []): void {
    const own = [
      // The first value of each counts.
      ...lines,
      'HostName 127.0.0.1',
      `Port ${port}`,
      `User ${userInfo().username}`,
      `IdentityFile ${this.#directory}/user`,
      'IdentitiesOnly yes',
      `UserKnownHostsFile ${this.#directory}/client/known_hosts`,
    ];
    this.#aliases.push(`Host ${name}\n${own.map((line) => `  ${line}\n`).join('')}`);
    writeFileSync(join(this.#directory, 'client/config'), this.#aliases.join(''));
  }

  /** The operator has seen that name with the key of that server. */
  know(name: string, alias: string): void {
    const [type = '', key = ''] = readFileSync(join(this.#directory, alias, 'host.pub'), 'utf8').split(' ');
    writeFileSync(join(this.#directory, 'client/known_hosts'), `${name} ${type} ${key}\n`, { flag: 'a' });
  }

  end(): void {
    for (const { process: one } of this.all) one.kill('SIGKILL');
  }

  #key(name: string): void {
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(this.#directory, name)]);
  }
}

/** As root it needs a user of its own and /run/sshd, which only this server gets to see. */
function spawnServer(own: string): ChildProcess {
  const server = ['-D', '-e', '-f', join(own, 'sshd_config')];
  const env = { PATH: process.env.PATH, LD_LIBRARY_PATH: LIBRARIES.join(':') };
  const options = { env, stdio: 'ignore' as const };
  if (process.getuid?.() !== 0) return spawn(BINARY, server, options);
  const passwd = `${readFileSync('/etc/passwd', 'utf8').trimEnd()}\nsshd:x:65533:65534::/run/sshd:/usr/sbin/nologin\n`;
  writeFileSync(join(own, 'passwd'), passwd);
  const script = `mount --bind '${own}/passwd' /etc/passwd && mount -t tmpfs -o mode=755 none /run && mkdir /run/sshd && exec "$@"`;
  return spawn('unshare', ['--mount', 'sh', '-c', script, 'sh', BINARY, ...server], options);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function listens(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await new Promise((resolve) => socket.once('connect', () => resolve(true)).once('error', () => resolve(false)));
    socket.destroy();
    if (isOpen === true) return;
    await setTimeout(50);
  }
  throw new Error(`the ssh server on port ${port} does not listen`);
}
