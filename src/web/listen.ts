import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { dirname } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import type { Address } from './address.ts';

export interface Listening {
  /** The port, or null for a socket. */
  readonly port: number | null;
  readonly server: Server;
  close(): Promise<void>;
}

const MAX_CONNECTIONS = 32;
const HEADERS_MS = 10_000;
const REQUEST_MS = 15_000;

/** Serves it. Throws an error with a code (EADDRINUSE and the like) if it cannot. */
export async function listen(app: Pick<Hono, 'fetch'>, address: Address, maxConnections = MAX_CONNECTIONS): Promise<Listening> {
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS, keepAliveTimeout: 5000, maxHeaderSize: 16_384 },
  }) as Server;
  server.maxConnections = maxConnections;
  if (address.kind === 'socket') await prepareSocket(address.path);
  // A socket is this user's only from its first moment.
  const before = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(address.kind === 'socket' ? { path: address.path } : { host: address.host, port: address.port }, resolve);
    });
  } finally {
    process.umask(before);
  }
  if (address.kind === 'socket') chmodSync(address.path, 0o600);
  return {
    port: address.kind === 'socket' ? null : (server.address() as AddressInfo).port,
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The directory of a socket is open to others, or is not a directory. */
export class OpenDirectory extends Error {}

/** Makes a directory that only this user may enter, and removes what a dead server has left. */
async function prepareSocket(path: string): Promise<void> {
  const directory = dirname(path);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const { mode, uid } = lstatSync(directory);
  if (uid !== process.getuid?.() || (mode & 0o077) !== 0) throw new OpenDirectory(directory);
  const left = lstatSync(path, { throwIfNoEntry: false });
  if (left?.isSocket() === true && !(await answers(path))) rmSync(path, { force: true });
}

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    }).on('error', () => resolve(false));
  });
