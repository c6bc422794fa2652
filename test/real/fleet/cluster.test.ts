import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROGRAM } from '../../kit/stage.ts';
import { adapted, EngineServer, freePort } from './engine.ts';
import { whyNoNats } from './nats-nodes.ts';

const WHY_NOT = whyNoNats();

describe.skipIf(WHY_NOT)(`a fleet on three servers${WHY_NOT === null ? '' : ` (${WHY_NOT})`}`, () => {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-cluster-'));
  const servers: EngineServer[] = [];
  const monitors: string[] = [];
  let urls = '';

  function fleet(host: string, words: readonly string[], input = '') {
    const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, 'fleet', ...words], {
      encoding: 'utf8',
      input,
      env: { PATH: process.env.PATH, HOME: directory, DOGWATCH_STATE_DIR: join(directory, host), DOGWATCH_FLEET: urls },
    });
    return { status, stdout, stderr };
  }
  const doctor = () => fleet('ci-1', ['doctor', '--monitor', ...monitors]);

  beforeAll(async () => {
    const ports = [await freePort(), await freePort(), await freePort()];
    urls = ports.map((port) => `nats://127.0.0.1:${port}`).join(',');
    expect(fleet('office', ['init', urls]).status).toBe(75);
    const routes = [await freePort(), await freePort(), await freePort()];
    for (const port of ports) {
      const config = join(directory, `office/fleet/admin/nats-127-0-0-1-${port}.conf`);
      const monitor = await freePort();
      monitors.push(`http://127.0.0.1:${monitor}`);
      // The written ports may be in use here.
      adapted(config, join(directory, `store-${port}`), monitor, (text) =>
        text.replaceAll(/:622([234])"/g, (_, digit) => `:${routes[Number(digit) - 2]}"`),
      );
      servers.push(new EngineServer(config, 'newest'));
    }
    await Promise.all(servers.map((server) => server.start()));
  });

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    rmSync(directory, { recursive: true, force: true });
  });

  test('each row is on all three, and a host joins', async () => {
    expect(fleet('office', ['init'])).toMatchObject({ status: 0, stdout: expect.stringContaining('each row on 3 servers') });
    const { stdout: token } = fleet('office', ['invite', 'ci-1']);
    for (const server of servers) await server.reload();
    expect(fleet('ci-1', ['join'], token)).toMatchObject({ status: 0, stderr: '' });
    const { status, stdout } = doctor();
    expect(stdout).toMatch(/ok\s+servers\s+all up/);
    expect(stdout).toMatch(/ok\s+replicas\s+3/);
    expect(stdout.match(/ok\s+sync_interval\s+always/g)).toHaveLength(3);
    expect(status).toBe(0);
  });

  test('with one server down all goes on, and doctor names it; with two it fails', async () => {
    await servers[0]?.stop();
    await expect.poll(() => doctor().stdout, { timeout: 60_000, interval: 1000 }).toMatch(/warn\s+servers .*down or behind/);
    expect(doctor().status).toBe(0);
    await servers[1]?.stop();
    await expect.poll(() => doctor().status, { timeout: 60_000, interval: 1000 }).toBe(69);
    expect(doctor().stdout).toMatch(/fail\s+engine\s+no majority/);
  });
});
