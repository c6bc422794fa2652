import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { unpackedIn, whyNotUnpacked } from '../unpacked.ts';

/** The oldest that is supported, and the newest. */
export type Version = '2.10' | 'newest';

/** Why no server can run here, or null if one can. */
export const whyNoNats = (): string | null => whyNotUnpacked('nats', 'nats-server');

interface Node {
  readonly port: number;
  readonly monitor: number;
  readonly config: string;
  readonly log: string;
  process: ChildProcess | null;
}

/** One node, or several that agree, on loopback. */
export class NatsNodes {
  readonly #version: Version;
  readonly #directory = mkdtempSync(join(tmpdir(), 'dogwatch-nats-nodes-'));
  readonly nodes: Node[] = [];

  constructor(version: Version) {
    this.#version = version;
  }

  get urls(): readonly string[] {
    return this.nodes.map(({ port }) => `nats://127.0.0.1:${port}`);
  }

  get monitors(): readonly string[] {
    return this.nodes.map(({ monitor }) => `http://127.0.0.1:${monitor}`);
  }

  /** `lines`: more of each node's configuration. */
  async start(count: number, lines: readonly string[] = [], syncs = 'always'): Promise<this> {
    const ports = await freePorts(3 * count);
    const routes = ports.slice(2 * count).map((port) => `nats://127.0.0.1:${port}`);
    for (let number = 0; number < count; number += 1) {
      const own = join(this.#directory, `node-${number}`);
      mkdirSync(own);
      const [port, monitor, route] = [0, 1, 2].map((part) => ports[part * count + number] as number) as [number, number, number];
      const config = join(own, 'server.conf');
      writeFileSync(
        config,
        [
          `server_name: node-${number}`,
          `listen: 127.0.0.1:${port}`,
          `http: 127.0.0.1:${monitor}`,
          `jetstream { store_dir: "${own}/store", sync_interval: ${syncs} }`,
          ...(count > 1
            ? [`cluster { name: dw, listen: 127.0.0.1:${route}, routes: [${routes.map((url) => `"${url}"`).join(', ')}] }`]
            : []),
          ...lines,
        ].join('\n'),
      );
      this.nodes.push({ port, monitor, config, log: join(own, 'log'), process: null });
      await this.up(number);
    }
    await this.settled();
    return this;
  }

  async up(number: number): Promise<void> {
    const node = this.#node(number);
    const program = join(unpackedIn('nats'), this.#version === 'newest' ? '' : this.#version, 'usr/sbin/nats-server');
    node.process = spawn(program, ['-c', node.config, '-l', node.log], { stdio: 'ignore' });
    for (let tries = 0; !(await answers(`http://127.0.0.1:${node.monitor}/healthz?js-enabled-only=true`)); tries += 1) {
      if (tries > 300) throw new Error(`a node of NATS did not start: ${readFileSync(node.log, 'utf8').slice(-2000)}`);
      await pause(100);
    }
  }

  signal(number: number, signal: NodeJS.Signals): void {
    this.#node(number).process?.kill(signal);
  }

  async down(number: number, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { process } = this.#node(number);
    if (process === null || process.exitCode !== null || process.signalCode !== null) return;
    const gone = new Promise((resolve) => process.once('exit', resolve));
    process.kill(signal);
    await gone;
  }

  /** Without its data, as if its disk was another. */
  lose(number: number): void {
    rmSync(join(this.#node(number).config, '../store'), { recursive: true, force: true });
  }

  async end(): Promise<void> {
    for (const number of this.nodes.keys()) {
      this.signal(number, 'SIGCONT');
      await this.down(number);
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #node(number: number): Node {
    const node = this.nodes[number];
    if (node === undefined) throw new Error(`there is no node ${number}`);
    return node;
  }

  /** Several nodes have a leader only after some seconds. */
  async settled(): Promise<void> {
    for (const monitor of this.monitors) while (!(await answers(`${monitor}/healthz`))) await pause(100);
  }
}

const answers = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(5000) })).ok;
  } catch {
    return false;
  }
};

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
