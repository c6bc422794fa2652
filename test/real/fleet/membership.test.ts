import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCredentials } from '../../../src/fleet/member/credentials.ts';
import { readToken } from '../../../src/fleet/member/invitation.ts';
import { connectEngine } from '../../../src/fleet/nats/connected.ts';
import { PROGRAM } from '../../kit/stage.ts';
import { adapted, EngineServer, freePort } from './engine.ts';
import { whyNoNats } from './nats-nodes.ts';

const WHY_NOT = whyNoNats();

describe.skipIf(WHY_NOT).each(['newest', '2.10'] as const)(
  `%s: the members of a fleet${WHY_NOT === null ? '' : ` (${WHY_NOT})`}`,
  (version) => {
    const directory = mkdtempSync(join(tmpdir(), 'dogwatch-members-'));
    const admin = join(directory, 'admin');
    let [url, monitor] = ['', ''];
    let server: EngineServer;

    /** Runs `dogwatch fleet` on a host of its own. */
    function fleet(
      host: string,
      words: readonly string[],
      { input = '', env = {} }: { input?: string; env?: Record<string, string> } = {},
    ) {
      const state = join(directory, 'hosts', host);
      const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, 'fleet', ...words], {
        encoding: 'utf8',
        input,
        cwd: directory,
        env: { PATH: process.env.PATH, HOME: directory, DOGWATCH_STATE_DIR: state, ...env },
      });
      return { status, stdout, stderr, credentials: join(state, 'fleet/credentials.json') };
    }

    const ofAdmin = (...words: string[]) => fleet('office', [...words, '--dir', admin]);
    const findings = (host: string, words: readonly string[] = [], env: Record<string, string> = {}): Record<string, [string, string]> => {
      const { stdout, status } = fleet(host, ['doctor', '--json', '--monitor', monitor, ...words], {
        env: { DOGWATCH_FLEET: url, ...env },
      });
      const all = (JSON.parse(stdout) as { findings: { about: string; result: string; said: string }[] }).findings;
      return { exit: [String(status), ''], ...Object.fromEntries(all.map(({ about, result, said }) => [about, [result, said]])) };
    };

    beforeAll(async () => {
      url = `nats://127.0.0.1:${await freePort()}`;
      const port = await freePort();
      monitor = `http://127.0.0.1:${port}`;
      const first = ofAdmin('init', url, '--name', 'build');
      expect(first).toMatchObject({ status: 75, stdout: expect.stringContaining('engine: not ready: no answer') });
      const config = join(admin, 'nats-127-0-0-1.conf');
      adapted(config, join(directory, 'store'), port);
      server = new EngineServer(config, version);
      await server.start();
    });

    afterAll(async () => {
      await server?.stop();
      rmSync(directory, { recursive: true, force: true });
    });

    let token = '';

    test('init makes what is missing, once, and leaves the rest as it is', () => {
      const keys = readFileSync(join(admin, 'fleet.json'), 'utf8');
      expect(ofAdmin('init')).toMatchObject({ status: 0, stdout: expect.stringMatching(/made: dw_hosts, .*dw_duty, DW_CMD/) });
      expect(ofAdmin('init', url)).toMatchObject({ status: 0, stdout: expect.stringContaining('nothing was missing') });
      expect(readFileSync(join(admin, 'fleet.json'), 'utf8')).toBe(keys);
      expect(statSync(join(admin, 'fleet.json')).mode & 0o777).toBe(0o600);
      expect(readFileSync(join(admin, 'accounts.conf'), 'utf8')).not.toMatch(/\bS[UA][A-Z2-7]{50}/);
    });

    test('a token is printed alone, and lets nobody in before the servers know its key', async () => {
      const invited = ofAdmin('invite', 'ci-3', '--label', 'gpu');
      expect(invited).toMatchObject({ status: 0, stderr: expect.stringContaining('nats-server --signal reload') });
      token = invited.stdout;
      expect(readToken(token)).toMatchObject({ invitation: { host: 'ci-3', fleet: 'build', labels: ['gpu'], dispatch: false } });
      expect(ofAdmin('invite', 'ci-3')).toMatchObject({ status: 78, stdout: '', stderr: expect.stringContaining('--again') });

      const early = fleet('ci-3', ['join'], { input: token });
      expect(early).toMatchObject({ status: 69, stderr: expect.stringContaining('does not know the key of ci-3') });
      expect(existsSync(early.credentials)).toBe(false);
      await server.reload();
    });

    test('a host joins with it, and joining again changes nothing', () => {
      const joined = fleet('ci-3', ['join'], { input: token });
      expect(joined).toMatchObject({ status: 0, stdout: expect.stringContaining(`DOGWATCH_FLEET=${url}`), stderr: '' });
      expect(statSync(joined.credentials).mode & 0o777).toBe(0o600);
      const before = readCredentials(joined.credentials);
      expect(fleet('ci-3', ['join', '-'], { input: token }).status).toBe(0);
      expect(readCredentials(joined.credentials)).toEqual(before);
      const secrets = [before?.natsSeed, before?.signingSeed, token.trim()];
      for (const secret of secrets) expect(joined.stdout + joined.stderr).not.toContain(secret);
    });

    test('a token is taken from a file, and from an argument with a warning', () => {
      const file = join(directory, 'token');
      writeFileSync(file, token);
      expect(fleet('ci-3', ['join', '--file', file])).toMatchObject({ status: 0, stderr: '' });
      const shown = fleet('ci-3', ['join', token.trim()]);
      expect(shown).toMatchObject({ status: 0, stderr: expect.stringContaining('list of processes') });
      expect(shown.stderr).not.toContain(token.trim());
    });

    test.each([
      ['nothing', [], '', 'nothing'],
      ['another text', [], 'hunter2', 'does not begin like a token'],
      ['a file that is not there', ['--file', '/nowhere/token'], '', 'no such file'],
    ])('what is no token is refused: %s', (_, words, input, got) => {
      const refused = fleet('other', ['join', ...words], { input });
      expect(refused).toMatchObject({ status: 64, stderr: expect.stringContaining(got) });
      expect(refused.stderr).not.toContain('hunter2');
    });

    test('another machine cannot use the token while the first one is alive', async () => {
      const mine = readCredentials(join(directory, 'hosts/ci-3/fleet/credentials.json'));
      if (mine === null) throw new Error('expected credentials');
      const engine = await connectEngine({ host: 'ci-3', urls: [url], natsSeed: mine.natsSeed });
      const row = JSON.stringify({ number: 1, document: { v: 1, host: 'ci-3', id: mine.id } });
      await expect.poll(() => engine.swap('hosts', 'ci-3', 0, row)).toMatchObject({ kind: 'written' });
      await engine.close();
      const twice = fleet('clone', ['join'], { input: token });
      expect(twice).toMatchObject({ status: 78, stderr: expect.stringContaining('another machine is alive as ci-3') });
      expect(existsSync(twice.credentials)).toBe(false);
      expect(fleet('ci-3', ['join'], { input: token }).status).toBe(0);
    });

    test('a host is in one fleet', () => {
      const other = ofAdmin('invite', 'ci-4');
      expect(fleet('ci-3', ['join'], { input: other.stdout })).toMatchObject({
        status: 78,
        stderr: expect.stringContaining('dogwatch fleet leave'),
      });
    });

    test('doctor finds all in order, on a host and where the fleet was made', () => {
      const found = findings('ci-3');
      expect(found).toMatchObject({
        exit: ['0', ''],
        credentials: ['ok', expect.stringContaining('ci-3 of the fleet build')],
        DOGWATCH_FLEET: ['ok', url],
        engine: ['ok', expect.stringContaining('as ci-3')],
        version: ['ok', expect.stringMatching(/^nats-server 2\./)],
        buckets: ['ok', expect.any(String)],
        replicas: ['warn', expect.stringContaining('1: ')],
        clock: ['ok', "as the engine's"],
        sync_interval: ['ok', expect.stringContaining('always')],
        'lease times': ['ok', expect.any(String)],
        'state directory': ['ok', expect.any(String)],
      });
      expect(findings('office', ['--dir', admin])).toMatchObject({ exit: ['0', ''], engine: ['ok', expect.stringContaining('as admin')] });
    });

    test('doctor says what is not known if no monitoring port answers', () => {
      const { stdout, status } = fleet('ci-3', ['doctor', '--monitor', 'http://127.0.0.1:9'], { env: { DOGWATCH_FLEET: url } });
      expect(status).toBe(0);
      expect(stdout).toMatch(/warn\s+sync_interval\s+not known: nothing answers/);
    });

    test('doctor refuses keys that others may read, and those of another machine', () => {
      const path = join(directory, 'hosts/ci-3/fleet/credentials.json');
      chmodSync(path, 0o644);
      expect(findings('ci-3')).toMatchObject({ exit: ['78', ''], credentials: ['fail', expect.stringContaining('mode 0644')] });
      chmodSync(path, 0o600);
      const text = readFileSync(path, 'utf8');
      writeFileSync(path, text.replace(/"machine": [^,\n]*/, `"machine": "${'0'.repeat(32)}"`));
      if (existsSync('/etc/machine-id'))
        expect(findings('ci-3')).toMatchObject({ exit: ['78', ''], machine: ['fail', expect.stringContaining('clone')] });
      writeFileSync(path, text);
    });

    test('doctor says that a host is in no fleet', () => {
      expect(findings('stranger')).toMatchObject({ exit: ['78', ''], credentials: ['fail', expect.stringContaining('in no fleet')] });
    });

    test('doctor tells an engine that cannot be reached from one that is wrong', async () => {
      const nobody = `nats://127.0.0.1:${await freePort()}`;
      expect(findings('ci-3', [], { DOGWATCH_FLEET: nobody })).toMatchObject({
        exit: ['69', ''],
        engine: ['fail', expect.stringContaining('no answer')],
      });
    });

    test("doctor refuses Debian 12's server by its version", async () => {
      const old = createServer((socket) => {
        socket.write(
          'INFO {"server_id":"X","server_name":"old","version":"2.9.10","proto":1,"headers":true,"jetstream":true,"max_payload":1048576,"nonce":"abc"}\r\n',
        );
        socket.on('data', (data) => data.toString().includes('PING') && socket.write('PONG\r\n'));
        socket.on('error', () => undefined);
      });
      const port = await freePort();
      await new Promise<void>((resolve) => old.listen(port, '127.0.0.1', resolve));
      try {
        // In another process, so that this one can play the server.
        const { spawn } = await import('node:child_process');
        const child = spawn(process.execPath, [PROGRAM, 'fleet', 'doctor', '--json', '--monitor', monitor], {
          env: {
            PATH: process.env.PATH,
            HOME: directory,
            DOGWATCH_STATE_DIR: join(directory, 'hosts/ci-3'),
            DOGWATCH_FLEET: `nats://127.0.0.1:${port}`,
          },
        });
        let out = '';
        child.stdout.on('data', (text) => {
          out += text;
        });
        const status = await new Promise((resolve) => child.on('exit', resolve));
        expect(status).toBe(78);
        expect(out).toContain('nats-server 2.9.10 at');
        expect(out).toContain('Debian 13 has it');
      } finally {
        old.close();
      }
    });

    test('doctor refuses the default sync_interval', async () => {
      await server.stop();
      const config = join(admin, 'nats-127-0-0-1.conf');
      const text = readFileSync(config, 'utf8');
      writeFileSync(config, text.replace('  sync_interval: always\n', ''));
      const careless = new EngineServer(config, version);
      await careless.start();
      try {
        expect(findings('ci-3')).toMatchObject({ exit: ['78', ''], sync_interval: ['fail', expect.stringContaining('not always')] });
      } finally {
        await careless.stop();
        writeFileSync(config, text);
        await server.start();
      }
    });

    test('a host leaves, and says what remains', () => {
      const left = fleet('ci-3', ['leave'], { env: { DOGWATCH_FLEET: url } });
      expect(left).toMatchObject({ status: 0, stdout: expect.stringContaining('dogwatch fleet leave ci-3') });
      expect(existsSync(left.credentials)).toBe(false);
      expect(fleet('ci-3', ['leave'])).toMatchObject({ status: 0, stdout: expect.stringContaining('in no fleet') });
    });

    test('the administrator takes a host out: its rows go, and after a reload its key', async () => {
      expect(ofAdmin('leave', 'ci-3')).toMatchObject({ status: 0, stdout: expect.stringContaining('1 row from the engine') });
      await server.reload();
      expect(fleet('ci-3', ['join'], { input: token })).toMatchObject({
        status: 69,
        stderr: expect.stringContaining('does not know the key'),
      });
      expect(ofAdmin('leave', 'ci-3')).toMatchObject({ status: 66 });
    });

    test('a host that is invited again joins again', async () => {
      const again = ofAdmin('invite', 'ci-4', '--again', '--allow', 'dispatch');
      await server.reload();
      expect(readToken(again.stdout)).toMatchObject({ invitation: { dispatch: true } });
      expect(fleet('ci-4', ['join'], { input: again.stdout }).status).toBe(0);
    });
  },
);
