import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readFleet } from '../../../src/fleet/admin/fleet-file.ts';
import type { Engine } from '../../../src/fleet/engine.ts';
import { readCredentials } from '../../../src/fleet/member/credentials.ts';
import { isSignedBy } from '../../../src/fleet/member/signing.ts';
import { connectOnce } from '../../../src/fleet/nats/access.ts';
import { connectEngine } from '../../../src/fleet/nats/connected.ts';
import { opened, signedText } from '../../../src/fleet/rows/envelope.ts';
import type { FleetView } from '../../../src/view/fleet/model.ts';
import { PROGRAM } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';
import { adapted, EngineServer, freePort } from './engine.ts';
import { whyNoNats } from './nats-nodes.ts';

const WHY_NOT = whyNoNats();
/** Short, and safe: an attempt is gone after 3 s + 2.1 s + 2 s. */
const TIMES = { DOGWATCH_FLEET_RENEW: '1s', DOGWATCH_FLEET_FENCE: '3s', DOGWATCH_FLEET_TAKE: '9s', DOGWATCH_GRACE: '100ms' };
const DEADLINE_MS = 60_000;
const CHANGES = 20;

describe.skipIf(WHY_NOT)(`two watchdogs and their engine${WHY_NOT === null ? '' : ` (${WHY_NOT})`}`, () => {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-fleet-'));
  const admin = join(directory, 'admin');
  const stateOf = (host: string) => join(directory, 'hosts', host);
  const notices = join(directory, 'notices.jsonl');
  const children = new Map<string, ChildProcess>();
  let url = '';
  let server: EngineServer;
  let engine: Engine;

  const environment = (host: string, more: Record<string, string> = {}): Record<string, string> => ({
    ...{ PATH: process.env.PATH ?? '', HOME: directory, DOGWATCH_STATE_DIR: stateOf(host) },
    ...TIMES,
    DOGWATCH_NOTIFY: `exec:${join(directory, 'notify.sh')}`,
    ...more,
  });
  const dogwatch = (host: string, words: readonly string[], input = '') =>
    spawnSync(process.execPath, [PROGRAM, ...words], {
      encoding: 'utf8',
      input,
      cwd: directory,
      env: environment(host, url === '' ? {} : { DOGWATCH_FLEET: url }),
    });

  function watch(host: string): ChildProcess {
    const child = spawn(process.execPath, [PROGRAM, 'watch'], {
      env: environment(host, { DOGWATCH_FLEET: url }),
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: directory,
    });
    children.set(host, child);
    child.stderr?.on('data', (text) => writeFileSync(join(directory, `${host}.log`), text, { flag: 'a' }));
    child.stdout?.on('data', () => {});
    return child;
  }

  const sent = () => {
    try {
      return readFileSync(notices, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as { event: string; cause: string; sentence: string; lastLines: string[]; host: string })
        .filter(({ cause }) => cause.startsWith('fleet '));
    } catch {
      return [];
    }
  };
  const row = async (bucket: 'runs' | 'hosts', key: string) => {
    const stored = await engine.get(bucket, key);
    return stored?.row == null ? null : opened(stored.row);
  };
  const eventually = async <T>(what: string, look: () => Promise<T | null | false>): Promise<T> => {
    for (const end = Date.now() + DEADLINE_MS; Date.now() < end; await pause(100)) {
      const found = await look();
      if (found !== null && found !== false) return found;
    }
    const logs = ['one', 'two'].map((host) => readFileSync(join(directory, `${host}.log`), 'utf8').slice(-1500));
    throw new Error(`expected ${what}; the watchdogs said ${logs.join('\n---\n')}`);
  };

  beforeAll(async () => {
    writeFileSync(join(directory, 'notify.sh'), `#!/bin/sh\ncat >> '${notices}'\necho >> '${notices}'\n`, { mode: 0o755 });
    url = `nats://127.0.0.1:${await freePort()}`;
    dogwatch('office', ['fleet', 'init', url, '--name', 'build', '--dir', admin]);
    const config = join(admin, 'nats-127-0-0-1.conf');
    adapted(config, join(directory, 'store'), await freePort());
    server = new EngineServer(config, 'newest');
    await server.start();
    dogwatch('office', ['fleet', 'init', '--dir', admin]);
    for (const host of ['one', 'two', 'seer']) {
      const { stdout } = dogwatch('office', ['fleet', 'invite', host, '--dir', admin]);
      await server.reload();
      const joined = dogwatch(host, ['fleet', 'join'], stdout);
      expect(joined.status, joined.stderr).toBe(0);
    }
    const { natsSeed } = readCredentials(join(stateOf('seer'), 'fleet/credentials.json'))!;
    engine = await connectEngine({ host: 'seer', urls: [url], natsSeed });
    watch('one');
    watch('two');
  }, DEADLINE_MS);

  afterAll(async () => {
    for (const child of children.values()) child.kill('SIGKILL');
    for (const host of ['one', 'two']) dogwatch(host, ['stop', 'job']);
    await engine?.close();
    await server?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  test('a run of one host is in the engine, signed by it, and each change of it soon after', async () => {
    expect(dogwatch('one', ['run', '--name', 'job', '--detach', '--', 'sleep', '1000']).status).toBe(0);
    const working = await eventually('the run in the engine', async () => {
      const found = await row('runs', 'one.job');
      return found !== null && (JSON.parse(found.document) as { pid: number | null }).pid !== null && found;
    });
    expect(JSON.parse(working.document)).toMatchObject({ name: 'job', attempts: 1, commands: expect.any(Array) });
    const { signingSeed: _, ...mine } = readCredentials(join(stateOf('one'), 'fleet/credentials.json'))!;
    const host = JSON.parse((await row('hosts', 'one'))!.document) as { key: string; certificate: string };
    expect(host.certificate).toBe(mine.certificate);
    const text = signedText({ fleet: 'build', bucket: 'runs', key: 'one.job', ...working });
    expect(isSignedBy(host.key, text, working.signature!)).toBe(true);

    const tookMs: number[] = [];
    let seenMs = 0;
    const end = engine.watch('runs', 'one.', () => {
      seenMs = performance.now();
    });
    await pause(1000);
    for (let change = 0; change < CHANGES; change++) {
      seenMs = 0;
      const recorded = once(children.get('one')!.stdout!, 'data');
      dogwatchSoon('one', [change % 2 === 0 ? 'pause' : 'unpause', 'job']);
      await recorded;
      const beganMs = performance.now();
      await until('the change in the engine', () => seenMs > 0, 10_000);
      tookMs.push(seenMs - beganMs);
      await pause(700);
    }
    end();
    const [p50, p95] = [0.5, 0.95].map((part) => tookMs.toSorted((a, b) => a - b)[Math.floor(part * (CHANGES - 1))]!);
    console.log(`from a change to its row on another host: p50 ${p50!.toFixed(0)} ms, p95 ${p95!.toFixed(0)} ms of ${CHANGES}`);
  }, 120_000);

  const dogwatchSoon = (host: string, words: readonly string[]) =>
    void children.set(`command ${host}`, spawn(process.execPath, [PROGRAM, ...words], { env: environment(host), stdio: 'ignore' }));

  test('any member sees all of it, and what somebody else wrote is not shown as the word of a host', async () => {
    const status = (...words: string[]) => dogwatch('seer', ['fleet', 'status', ...words]);
    expect(status('--json')).toMatchObject({ status: 0, stderr: '' });
    const view = JSON.parse(status('--json').stdout) as FleetView;
    expect(view).toMatchObject({ engine: { fleet: 'build', problem: null }, hosts: [{ name: 'one' }, { name: 'two' }] });
    expect(view.hosts[0]).toMatchObject({ problem: null, missing: 0, view: { runs: [{ name: 'job' }] } });
    expect(status().stdout).toMatch(/job@one/);
    expect(status('--ssh', '.').stdout).not.toContain('job@one');
    expect(status('--check').status).toBeLessThan(3);

    // An operator of the engine may write over any row.
    const { admin: keys } = readFleet(admin)!;
    const forger = await connectOnce({ host: 'admin', urls: [url], natsSeed: keys.hosts.seed });
    const key = '$KV.dw_runs.one.forged';
    forger.publish(key, JSON.stringify({ number: 1, document: { name: 'forged', state: 'working', because: 'LIE' } }));
    await forger.flush();
    await eventually('the forged row', async () => status('--json').stdout.includes('forged'));
    expect(status().stdout).toContain('a row that this host did not sign');
    expect(status('--json').stdout).not.toContain('LIE');
    await forger.close();
  }, 60_000);

  test('of an engine that takes connections and never answers it says so, and ends', () => {
    server.pause();
    const { status, stderr } = dogwatch('seer', ['fleet', 'status', '--check', '--timeout', '2s']);
    server.resume();
    expect(stderr).toContain('the engine of the fleet build does not answer');
    expect(status).toBe(69);
  }, 60_000);

  test('the engine is killed and started again: nothing is lost, and nobody is called', async () => {
    await server.kill();
    dogwatch('one', ['pause', 'job']);
    await pause(4000);
    await server.start();
    await eventually('the pause in the engine', async () => (await row('runs', 'one.job'))?.document.includes('paused') === true);
    expect(sent()).toEqual([]);
  }, 120_000);

  test('an engine that lost all it had is filled again', async () => {
    await server.stop();
    rmSync(join(directory, 'store'), { recursive: true, force: true });
    await server.start();
    dogwatch('office', ['fleet', 'init', '--dir', admin]);
    await eventually('the run in the engine', async () => (await row('runs', 'one.job'))?.document.includes('paused') === true);
    expect(sent()).toEqual([]);
  }, 120_000);

  test('resync is followed by the watchdog', () => {
    expect(dogwatch('one', ['fleet', 'resync'])).toMatchObject({ status: 0, stdout: expect.stringContaining('compared') });
  });

  test('a watchdog is killed: the other one notifies people once, and says when it is back', async () => {
    const caretaker = await eventually('a caretaker', async () => (await engine.get('duty', 'caretaker'))?.row ?? false);
    await pause(12_000);
    const before = performance.now();
    children.get('one')!.kill('SIGKILL');
    await eventually('a notice', async () => sent().length > 0);
    const tookMs = performance.now() - before;
    console.log(
      `a host that was killed is reported after ${(tookMs / 1000).toFixed(1)} s, with T = 9 s; the duty was of ${(JSON.parse(caretaker) as { holder: string }).holder}`,
    );
    await pause(10_000);
    expect(sent().map(({ event, cause }) => `${event} ${cause}`)).toEqual(['notice fleet host one']);
    expect(sent()[0]).toMatchObject({
      sentence: expect.stringContaining('It had 1 run that was not over'),
      lastLines: [expect.stringContaining('job')],
    });
    watch('one');
    await eventually('the all-clear', async () => sent().length > 1);
    await pause(3000);
    expect(sent().map(({ event }) => event)).toEqual(['notice', 'all-clear']);
  }, 120_000);

  test('TERM ends it at once, and the others are not left to guess', async () => {
    const child = children.get('two')!;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect((await ended)[0]).toBe(0);
    expect(JSON.parse((await row('hosts', 'two'))!.document)).toMatchObject({ watchdog: null, active: 0 });
  });
});

test.skipIf(WHY_NOT)('times that are not safe are refused', () => {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: '/nonexistent',
    DOGWATCH_STATE_DIR: '/nonexistent/state',
    DOGWATCH_FLEET: 'nats://127.0.0.1:1',
  };
  const run = (more: Record<string, string>) =>
    spawnSync(process.execPath, [PROGRAM, 'watch'], { encoding: 'utf8', env: { ...env, ...more } });
  expect(run({ DOGWATCH_FLEET_TAKE: '20s' })).toMatchObject({ status: 78, stderr: expect.stringContaining('80 %') });
  expect(run({ DOGWATCH_FLEET_FENCE: '12s' })).toMatchObject({ status: 78, stderr: expect.stringContaining('three renewals') });
});
