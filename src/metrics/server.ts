import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { StoreError } from '../store/directory/error.ts';
import type { Collector } from './collector.ts';
import { OPEN_METRICS, PROMETHEUS } from './text.ts';

const MOST_CONNECTIONS = 32;
const DEADLINE_MS = 10_000;
const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\]|::1)$/i;

export const isLoopback = (host: string): boolean => LOOPBACK.test(host);

/** Serves the metrics at /metrics, to this machine only. */
export function serverOf(collector: Pick<Collector, 'text'>): Server {
  const server = createServer({ requestTimeout: DEADLINE_MS, headersTimeout: DEADLINE_MS, maxHeaderSize: 16_384 }, (request, response) => {
    answer(collector, request, response).catch((error: unknown) => {
      const known = error instanceof StoreError;
      say(response, known ? 503 : 500, known ? error.message : 'the metrics could not be made');
      if (!known) process.emitWarning(error instanceof Error ? error : String(error));
    });
  });
  server.maxConnections = MOST_CONNECTIONS;
  return server;
}

async function answer(collector: Pick<Collector, 'text'>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { host } = request.headers;
  // A page of another site may have its name lead here: only names of this machine are answered.
  if (host === undefined || !isLoopback(host.replace(/:\d+$/, '')))
    return say(response, 421, `expected localhost or a loopback address as the host, got ${JSON.stringify(host ?? '')}`);
  if (request.method !== 'GET' && request.method !== 'HEAD') return say(response, 405, 'only GET and HEAD are understood');
  const [path] = (request.url ?? '').split('?');
  if (path !== '/metrics') return say(response, 404, 'the metrics are at /metrics');
  const format = (request.headers.accept ?? '').includes('application/openmetrics-text') ? OPEN_METRICS : PROMETHEUS;
  const text = await collector.text(format);
  response.writeHead(200, { ...HEADERS, 'content-type': format }).end(request.method === 'HEAD' ? undefined : text);
}

const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

function say(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}
