import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { webApp } from '../../src/web/app.ts';
import { listen } from '../../src/web/listen.ts';
import { working } from '../kit/core/world.ts';
import { ALIVE, keptState } from '../kit/kept-state.ts';
import { NEVER_SHORT } from '../kit/never-short.ts';
import { until } from '../kit/until.ts';

const TOKEN = 'x'.repeat(32);

async function served(streams: number, streamMs = 60_000) {
  for (const [name, value] of Object.entries(NEVER_SHORT)) vi.stubEnv(name, value);
  const state = await keptState(ALIVE());
  const story = working();
  state.store.record(story.decisions);
  let port = 0;
  const page = { layout: state.where, token: TOKEN, names: () => ({ port, proxies: [] }), submit: null, isUtc: true };
  const { app, hub } = webApp({ ...page, limits: { streams, streamMs } });
  const listening = await listen(app, { kind: 'port', host: '127.0.0.1', port: 0 }, 300);
  onTestFinished(listening.close);
  port = listening.port ?? 0;
  const connections = () => new Promise<number>((resolve) => listening.server.getConnections((_, count) => resolve(count)));
  return { ...state, hub, port, story, connections };
}

/** A client that asks for the stream and reads it, or stops reading once it is there. */
function client(port: number, path = '/api/live') {
  const socket: Socket = connect(port, '127.0.0.1');
  onTestFinished(() => {
    socket.destroy();
  });
  let heard = '';
  socket.on('data', (bytes) => {
    heard += bytes;
  });
  socket.on('error', () => {});
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`);
  return { socket, heard: () => heard };
}

test('of 200 clients that are reset, closed or stalled nothing is left', async () => {
  const { port, hub, connections } = await served(250, 4000);
  const clients = Array.from({ length: 200 }, () => client(port));
  await until('all are live', () => clients.every(({ heard }) => heard().includes('event: overview')));
  expect(hub.size).toBe(200);
  clients.forEach(({ socket }, index) => {
    if (index < 100) socket.resetAndDestroy();
    else if (index < 150) socket.end();
    else socket.pause();
  });
  await until('nobody listens', () => hub.size === 0);
  for (const { socket } of clients.slice(100, 150)) socket.destroy();
  for (let left = await connections(); left > 0; left = await connections()) await setTimeout(50);
});

test('a change is streamed, and the page of a run only to who looks at it', async () => {
  const { port, store, story } = await served(8);
  const [all, one] = [client(port), client(port, '/api/live?run=upgrade')];
  await until('both are live', () => all.heard().includes('event: overview') && one.heard().includes('event: run'));
  story.operator({ kind: 'pause', because: 'lunch' });
  store.record(story.decisions.slice(-1));
  await until('both hear of it', () => all.heard().includes('lunch') && one.heard().split('event: run').at(-1)?.includes('lunch'));
  expect(all.heard()).not.toContain('event: run\n');
});

test('a run that does not exist is a problem, not silence', async () => {
  const { port } = await served(8);
  const { heard } = client(port, '/api/live?run=nobody');
  await until('it is said', () => heard().includes('event: problem'));
  expect(heard()).toContain('there is no run');
});

test('a stream ends, so that its page asks for the next one', async () => {
  const { port, hub } = await served(8, 500);
  const { heard } = client(port);
  await until('it ends', () => heard().includes('event: again'));
  await until('nobody listens', () => hub.size === 0);
});

test('more pages than allowed are refused, with the reason', async () => {
  const { port } = await served(1);
  const first = client(port);
  await until('one is live', () => first.heard().includes('event: overview'));
  const second = client(port);
  await until('the other is refused', () => second.heard().includes('503'));
  expect(second.heard()).toContain('close one of them');
});
