import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Fleet, readFleet } from '../../../src/fleet/admin/fleet-file.ts';
import { adapted, EngineServer, freePort } from '../../real/fleet/engine.ts';
import { whyNoNats } from '../../real/fleet/nats-nodes.ts';
import { PROGRAM } from '../place.ts';
import { newDirectory } from '../run/directory.ts';

/** What makes the state below this directory that of a member. Returns the settings for it. */
export type Joining = (directory: string) => Readonly<Record<string, string>>;

const EXIT_TEMPORARY = 75;

/** A fleet of its own on one nats-server on loopback. */
export class JoinedFleet {
  readonly url: string;
  readonly server: EngineServer;
  readonly #admin: string;

  private constructor(url: string, server: EngineServer, admin: string) {
    this.url = url;
    this.server = server;
    this.#admin = admin;
  }

  /** Why there can be none here, or null. */
  static whyNot = (): string | null => whyNoNats();

  static async start(): Promise<JoinedFleet> {
    const directory = newDirectory();
    const admin = join(directory, 'admin');
    const url = `nats://127.0.0.1:${await freePort()}`;
    // It says how the server is started, and is repeated then.
    dogwatch(directory, ['fleet', 'init', url, '--name', 'bench', '--dir', admin], { expected: EXIT_TEMPORARY });
    const config = join(admin, 'nats-127-0-0-1.conf');
    adapted(config, join(directory, 'store'), await freePort());
    const server = new EngineServer(config, 'newest');
    await server.start();
    dogwatch(directory, ['fleet', 'init', '--dir', admin]);
    return new JoinedFleet(url, server, admin);
  }

  /** All its keys. */
  get keys(): Fleet {
    const fleet = readFleet(this.#admin);
    if (fleet === null) throw new Error(`expected the keys of a fleet in ${this.#admin}, got none`);
    return fleet;
  }

  /** Lets this host in. */
  async invite(host: string): Promise<Joining> {
    const token = dogwatch(this.#admin, ['fleet', 'invite', host, '--dir', this.#admin]);
    await this.server.reload();
    return (directory) => {
      const settings = { DOGWATCH_FLEET: this.url };
      mkdirSync(join(directory, 'state'), { recursive: true, mode: 0o700 });
      dogwatch(directory, ['fleet', 'join'], { input: token, env: settings });
      return settings;
    };
  }
}

interface Running {
  readonly input: string;
  readonly env: Readonly<Record<string, string>>;
  /** The exit status. */
  readonly expected: number;
}

/** Runs a command that must end as expected, with the state of this directory. Returns its output. */
function dogwatch(directory: string, words: readonly string[], { input = '', env = {}, expected = 0 }: Partial<Running> = {}): string {
  const variables = { PATH: process.env.PATH ?? '', HOME: directory, DOGWATCH_STATE_DIR: join(directory, 'state'), ...env };
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...words], { encoding: 'utf8', input, env: variables });
  if (status === expected) return stdout;
  throw new Error(`dogwatch ${words.join(' ')}: expected exit status ${expected}, got ${status}\n${stderr}`);
}
