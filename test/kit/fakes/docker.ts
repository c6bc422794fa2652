import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Deadlines, dockerEngine } from '../../../src/system/docker/engine.ts';

export type Reply = (request: IncomingMessage, response: ServerResponse) => void;

export const json =
  (body: unknown, status = 200): Reply =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };

/** A daemon with scripted answers. `asked` has each call, as `METHOD /path?query`. */
export async function fakeDocker(reply: Reply) {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-docker-'));
  const path = join(directory, 'docker.sock');
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${decodeURIComponent(request.url ?? '')}`);
    reply(request, response);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return { path, asked, sockets };
}

export const IMPATIENT: Deadlines = { look: 300, list: 300, remove: 300, prune: 300 };
export const PATIENT: Deadlines = { look: 60_000, list: 60_000, remove: 60_000, prune: 60_000 };
export const engineAt = (path: string, deadlines: Deadlines = IMPATIENT) =>
  dockerEngine({ kind: 'unix', url: `unix://${path}`, path }, process.env, deadlines);
