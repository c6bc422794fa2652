import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { errorMessage } from '../../core/values/error-message.ts';
import type { Collector } from '../../metrics/collector.ts';
import { isLoopback, serverOf } from '../../metrics/server.ts';
import { keepHeapSmall } from '../../system/small-heap.ts';
import { EXIT_UNAVAILABLE, EXIT_USAGE, Problem } from '../terminal/problem.ts';
import { tell } from '../terminal/tell.ts';

const DEFAULT = '127.0.0.1:9726';

/** Serves the metrics until the process is ended. */
export async function serve(collector: Collector, address = DEFAULT): Promise<void> {
  const { host, port } = parsed(address);
  keepHeapSmall();
  const server = serverOf(collector);
  server.listen(port, host.replace(/^\[|\]$/g, ''));
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new Problem(EXIT_UNAVAILABLE, 'the metrics cannot be served', {
      expected: 'an address that is free',
      got: errorMessage(error),
      hint: 'name another one: --listen 127.0.0.1:PORT',
    });
  }
  tell(`metrics are at http://${host}:${(server.address() as AddressInfo).port}/metrics`);
  const end = () => {
    server.close();
    server.closeAllConnections();
  };
  process.once('SIGTERM', end).once('SIGINT', end);
  await once(server, 'close');
  collector.close();
}

/** "127.0.0.1:9726", "[::1]:9726", "localhost:9726" or only a port. */
function parsed(address: string): { readonly host: string; readonly port: number } {
  const [, host = '127.0.0.1', port = ''] = /^(?:(.+):)?(\d{1,5})$/.exec(address) ?? [];
  if (port !== '' && Number(port) < 65_536 && isLoopback(host) && host !== '::1') return { host, port: Number(port) };
  throw new Problem(EXIT_USAGE, '--listen takes an address of this machine only', {
    expected: '127.0.0.1:PORT, [::1]:PORT, localhost:PORT or PORT',
    got: JSON.stringify(address),
    hint: 'for another machine: --textfile with node_exporter, an ssh tunnel, or a proxy with a login in front of it',
  });
}
