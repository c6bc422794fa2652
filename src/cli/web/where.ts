import { join } from 'node:path';
import { type Address, hostOfOrigin, parseAddress } from '../../web/address.ts';
import { EXIT_USAGE, Problem } from '../terminal/problem.ts';

export interface WebOptions {
  readonly listen?: string;
  readonly behindProxy?: string[];
  readonly addressFile?: string;
  readonly act?: boolean;
  readonly utc?: boolean;
}

/** Three ways to reach the page from elsewhere, none of which opens a port to others. */
const WAYS = [
  'three ways to see it from another machine:',
  '1. dogwatch web --listen 127.0.0.1:8080, and there: ssh -L 8080:127.0.0.1:8080 HOST',
  '2. dogwatch web --listen /run/user/1000/dogwatch/web.sock, and there: ssh -L 8080:/run/user/1000/dogwatch/web.sock HOST',
  '3. a reverse proxy with TLS and a login on this machine, and dogwatch web --behind-proxy https://dogwatch.example',
].join('\n');

/** Returns where to listen: by default the service's socket, or any free port. Throws a Problem. */
export function addressOf(listen: string | undefined, env: NodeJS.ProcessEnv): Address {
  const [runtime = ''] = (env.RUNTIME_DIRECTORY ?? '').split(':');
  const text = listen ?? (runtime.startsWith('/') ? join(runtime, 'web.sock') : '127.0.0.1:0');
  const address = parseAddress(text.trim());
  if (typeof address !== 'string') return address;
  const got = JSON.stringify(text);
  if (address === 'remote')
    throw new Problem(EXIT_USAGE, 'the page is served to this machine only', {
      expected: '127.0.0.1, [::1] or a Unix socket',
      got,
      hint: WAYS,
    });
  throw new Problem(EXIT_USAGE, '--listen is not valid', {
    expected:
      address === 'long' ? 'the path of a socket, of at most 107 bytes' : '127.0.0.1:8080, [::1]:8080, or the absolute path of a socket',
    got,
  });
}

/** The Host headers of these origins. Throws a Problem. */
export const proxiesOf = (origins: readonly string[]): readonly string[] =>
  origins.map((origin) => {
    const host = hostOfOrigin(origin);
    if (host !== null) return host;
    throw new Problem(EXIT_USAGE, '--behind-proxy is not valid', {
      expected: 'an origin without a path: https://dogwatch.example',
      got: JSON.stringify(origin),
    });
  });
