import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { checkServers, checkStore, monitoringOf } from '../../../../src/cli/fleet/checks/servers.ts';

let server: Server | null = null;
const directory = mkdtempSync(join(tmpdir(), 'dogwatch-store-'));
afterEach(() => {
  server?.close();
  server = null;
  rmSync(directory, { recursive: true, force: true });
});

/** A monitoring port that answers with these. */
async function monitored(varz: unknown, jsz: unknown, status = 200): Promise<string> {
  server = createServer((request, response) => {
    response.writeHead(status).end(JSON.stringify(request.url?.endsWith('varz') ? varz : jsz));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

const found = async (url: string) =>
  Object.fromEntries((await checkServers([url], '/nowhere')).map(({ about, result, said }) => [about, [result, said]]));

const STORE = '/nowhere/nats';

describe('a server', () => {
  test('keeps what it acknowledges', async () => {
    const url = await monitored({ version: '2.15.1' }, { config: { store_dir: STORE, sync_always: true } });
    expect(await found(url)).toMatchObject({ version: ['ok', `nats-server 2.15.1 at ${url}`], sync_interval: ['ok', `always at ${url}`] });
  });

  test('does not: it says nothing of what is false', async () => {
    const url = await monitored({ version: '2.15.1' }, { config: { store_dir: STORE, sync_interval: 120_000_000_000 } });
    expect(await found(url)).toMatchObject({ sync_interval: ['fail', expect.stringContaining('after a power cut')] });
  });

  test.each([
    ['never had JetStream', { disabled: true, config: {} }],
    ['lost it to a full disk', { disabled: true, config: { store_dir: STORE, sync_always: true } }],
    ['says nothing of it', {}],
  ])('%s', async (_, jsz) => {
    const url = await monitored({ version: '2.15.1' }, jsz);
    expect(await found(url)).toMatchObject({ JetStream: ['fail', expect.stringContaining('is off')] });
  });

  test('is too old, whatever it says else', async () => {
    const url = await monitored({ version: '2.9.10' }, { config: { store_dir: STORE, sync_always: true } });
    expect(await found(url)).toMatchObject({ version: ['fail', expect.stringContaining('2.9.10')] });
  });

  test.each([
    ['is another program', { name: 'x' }, 200],
    ['refuses', { version: '2.15.1' }, 403],
    ['answers with a list', [], 200],
  ])('%s: nothing is known', async (_, varz, status) => {
    const url = await monitored(varz, {}, status);
    expect(await found(url)).toEqual({ sync_interval: ['warn', expect.stringContaining('not known')] });
  });
});

test('each machine is asked once, where nats-server listens by default', () => {
  expect(monitoringOf(['nats://a:4222', 'nats://a:4223', 'tls://[::1]:4222'])).toEqual(['http://a:8222', 'http://[::1]:8222']);
});

test('a store that shares its filesystem can be filled by an agent', () => {
  expect(checkStore(tmpdir(), '/nowhere')).toMatchObject([{ result: 'warn', said: expect.stringContaining('/tmp') }]);
  expect(checkStore('/nowhere/nats', '/nowhere')).toMatchObject([{ result: 'warn', said: expect.stringContaining('not to be seen') }]);
  expect(checkStore('/proc', '/nowhere')).toMatchObject([{ result: 'ok' }]);
});
