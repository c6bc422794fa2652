import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { dial } from '../../../src/fleet/nats/dial.ts';

test('of a node that takes the connection and says nothing no socket is left', async () => {
  const taken: Socket[] = [];
  const server = createServer((socket) => void taken.push(socket.on('error', () => {})));
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await expect(dial({ servers: `127.0.0.1:${port}`, timeout: 100, reconnect: false })).rejects.toThrow(/timeout/i);
  expect(taken.length).toBeGreaterThan(0);
  for (const socket of taken) if (!socket.destroyed && !socket.readableEnded) await once(socket.resume(), 'close');
});
