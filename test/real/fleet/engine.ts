import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { unpackedIn } from '../unpacked.ts';
import type { Version } from './nats-nodes.ts';

/** The server of this version, which `whyNoNats` has unpacked. */
const programOf = (version: Version): string => join(unpackedIn('nats'), version === 'newest' ? '' : version, 'usr/sbin/nats-server');

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** One nats-server on loopback, with the configuration of this file. */
export class EngineServer {
  readonly #program: string;
  readonly #config: string;
  readonly #log: string;
  #process: ChildProcess | null = null;

  constructor(config: string, version: Version) {
    this.#program = programOf(version);
    this.#config = config;
    this.#log = `${config}.log`;
  }

  async start(): Promise<void> {
    const log = openSync(this.#log, 'a');
    const before = this.#count('Server is ready');
    this.#process = spawn(this.#program, ['-c', this.#config], { stdio: ['ignore', log, log] });
    await this.#logged('Server is ready', before);
  }

  /** Reads the configuration again. */
  async reload(): Promise<void> {
    const before = this.#count('Reloaded server configuration');
    this.#process?.kill('SIGHUP');
    await this.#logged('Reloaded server configuration', before);
  }

  /** Takes what comes, and answers nothing any more. */
  pause(): void {
    this.#process?.kill('SIGSTOP');
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    if (this.#process === null || this.#process.exitCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }

  async stop(): Promise<void> {
    if (this.#process === null || this.#process.exitCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await ended;
  }

  #count = (words: string): number => readFileSync(this.#log, 'utf8').split(words).length - 1;

  async #logged(words: string, before = 0): Promise<void> {
    for (let tries = 0; tries < 200; tries += 1) {
      if (this.#count(words) > before) return;
      if (this.#process?.exitCode != null) break;
      await setTimeout(50);
    }
    throw new Error(`expected the server to log ${words}, got ${readFileSync(this.#log, 'utf8').slice(-2000)}`);
  }
}

/**
 * A server's file as `dogwatch fleet init` writes it, with ports and a store for this test, and
 * lines that replace others.
 */
export function adapted(path: string, store: string, monitoring: number, change: (text: string) => string = (text) => text): void {
  mkdirSync(store, { recursive: true });
  const text = readFileSync(path, 'utf8')
    .replace(/store_dir: .*/, `store_dir: ${JSON.stringify(store)}`)
    .replace(/http: .*/, `http: "127.0.0.1:${monitoring}"`);
  writeFileSync(path, change(text));
}
