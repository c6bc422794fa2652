/** Where the page is served: a Unix socket, or a port that only this machine reaches. */
export type Address =
  | { readonly kind: 'socket'; readonly path: string }
  /** `port` is 0 for any free one. */
  | { readonly kind: 'port'; readonly host: '127.0.0.1' | '::1'; readonly port: number };

const LOOPBACK: Readonly<Record<string, '127.0.0.1' | '::1'>> = { '127.0.0.1': '127.0.0.1', localhost: '127.0.0.1', '::1': '::1' };

/** sun_path has room for 108 bytes, the last of which is 0. */
const MAX_SOCKET_BYTES = 107;

/**
 * Reads "127.0.0.1:8080", "[::1]:8080", "localhost:8080", "8080" or the absolute path of a socket.
 * Returns what is wrong with it if it is none of them: `remote` is an address that others reach.
 */
export function parseAddress(text: string): Address | 'remote' | 'long' | 'invalid' {
  if (text.startsWith('/')) return Buffer.byteLength(text) > MAX_SOCKET_BYTES ? 'long' : { kind: 'socket', path: text };
  const [, bracketed, plain, digits] = /^(?:(?:\[([^\]]*)\]|([^:[\]/]*)):)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits ?? Number.NaN);
  if (Number.isNaN(port)) return /^[\w.:[\]-]+$/.test(text) && /[.:]/.test(text) ? 'remote' : 'invalid';
  if (port > 65_535) return 'invalid';
  const host = LOOPBACK[(bracketed ?? plain ?? 'localhost').toLowerCase()];
  return host === undefined ? 'remote' : { kind: 'port', host, port };
}

/** The names under which a browser may ask for the page: "localhost:8080", or of any port. */
export interface Names {
  readonly port: number | null;
  /** Of a proxy, as the browser knows it: "dogwatch.example:443" without a usual port. */
  readonly proxies: readonly string[];
}

const LOCAL_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/** Whether this Host header is one of the names. Another one comes from a page that was rebound. */
export function isOurs(host: string | undefined, { port, proxies }: Names): boolean {
  const lower = (host ?? '').toLowerCase();
  if (proxies.includes(lower)) return true;
  const [, name = '', digits] = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(lower) ?? [];
  return LOCAL_NAMES.includes(name) && (port === null || Number(digits ?? 80) === port);
}

/** The names, for people. */
export const namesInWords = ({ port, proxies }: Names): string =>
  [...LOCAL_NAMES.map((name) => `${name}${port === null ? ' with any port' : `:${port}`}`), ...proxies].join(', ');

/** The Host header of a proxy's origin, or null if it is no origin: "https://dogwatch.example". */
export function hostOfOrigin(origin: string): string | null {
  const url = URL.canParse(origin) ? new URL(origin) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search + url.hash + url.username === ''
    ? url.host.toLowerCase()
    : null;
}
