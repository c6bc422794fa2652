import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { type ConnectionOptions, connect, type NatsConnection } from '@nats-io/transport-node';

/** The sockets of the try that is under way. */
const opened = new AsyncLocalStorage<Socket[]>();
subscribe('net.client.socket', (message) => void opened.getStore()?.push((message as { readonly socket: Socket }).socket));

/**
 * Connects once. Throws if no node lets this member in; nothing is left of the try then: the client
 * gives up a node that takes the connection and says nothing, and leaves its socket open.
 */
export async function dial(options: ConnectionOptions): Promise<NatsConnection> {
  const sockets: Socket[] = [];
  try {
    return await opened.run(sockets, () => connect(options));
  } catch (error) {
    for (const socket of sockets) socket.destroy();
    throw error;
  }
}
