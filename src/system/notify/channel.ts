import { isAbsolute } from 'node:path';

/**
 * Where notices are sent. Only `name` is ever shown or stored: scheme and host, without the key.
 */
export type Channel = ExecChannel | HttpChannel | SmtpChannel;

export interface ExecChannel {
  readonly kind: 'exec';
  readonly name: string;
  readonly path: string;
}

export interface HttpChannel {
  readonly kind: 'webhook' | 'slack' | 'discord' | 'ntfy';
  readonly name: string;
  readonly target: HttpTarget;
}

export interface SmtpChannel {
  readonly kind: 'smtp';
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /**
   * TLS from the first byte. Otherwise STARTTLS, without which a password is sent only to this
   * machine.
   */
  readonly isSecure: boolean;
  /** Null if it needs no login. */
  readonly login: { readonly user: string; readonly password: string } | null;
  readonly from: string;
  readonly to: string;
}

/** A URL as `fetch` expects it: user and password are in the header. */
export interface HttpTarget {
  readonly url: string;
  readonly authorization: string | null;
}

/** The accepted forms, for an error message. */
export const CHANNEL_FORMS =
  'exec:/path/to/program, https://…, slack+https://…, discord+https://…, ntfy://host/topic, smtp://user:password@host:587/?to=…&from=…';

/** The kind of receiver for each scheme, and the protocol it uses. */
const HTTP: Readonly<Record<string, readonly [HttpChannel['kind'], 'http:' | 'https:']>> = {
  'http:': ['webhook', 'http:'],
  'https:': ['webhook', 'https:'],
  'http+json:': ['webhook', 'http:'],
  'https+json:': ['webhook', 'https:'],
  'slack+http:': ['slack', 'http:'],
  'slack+https:': ['slack', 'https:'],
  'discord+http:': ['discord', 'http:'],
  'discord+https:': ['discord', 'https:'],
  'ntfy:': ['ntfy', 'https:'],
  'ntfys:': ['ntfy', 'https:'],
  'ntfy+http:': ['ntfy', 'http:'],
  'ntfy+https:': ['ntfy', 'https:'],
};
const SMTP_PORTS: Readonly<Record<string, number>> = { 'smtp:': 587, 'smtps:': 465 };

/**
 * The channels of a setting, separated by blanks or commas, each with a unique name, or null if one
 * of them is invalid.
 */
export function parseChannels(text: string): readonly Channel[] | null {
  const channels = partsOf(text).map(parseChannel);
  if (channels.some((channel) => channel === null)) return null;
  const names = new Map<string, number>();
  return (channels as Channel[]).map((channel) => {
    const count = (names.get(channel.name) ?? 0) + 1;
    names.set(channel.name, count);
    return count === 1 ? channel : { ...channel, name: `${channel.name} (${count})` };
  });
}

/** What may be shown of an invalid setting: which parts cannot be used, without any key. */
export const shownChannels = (text: string): string =>
  partsOf(text)
    .map((part) => parseChannel(part)?.name ?? `${/^(?:[a-z][a-z0-9+]{0,15}:\/\/|exec:)/i.exec(part)?.[0] ?? ''}… (not understood)`)
    .join(' ');

/** A URL to GET or POST to, or null if it is not one. */
export function parseHttpTarget(text: string): HttpTarget | null {
  const url = parseUrl(text);
  return url !== null && /^https?:$/.test(url.protocol) ? targetOf(url) : null;
}

/** The part of a URL that may be shown: scheme and host. */
export const shownUrl = ({ url }: HttpTarget): string => {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
};

/** The parts of a channel that must not be shown. */
export function secretsOf(channel: Channel): readonly string[] {
  if (channel.kind === 'exec') return [];
  if (channel.kind === 'smtp') return channel.login === null ? [] : [channel.login.password];
  const { url, authorization } = channel.target;
  const { pathname, search } = new URL(url);
  return [
    url,
    pathname,
    search,
    ...pathname.split('/'),
    ...(authorization === null ? [] : [authorization, authorization.slice(authorization.indexOf(' ') + 1)]),
  ];
}

/** A comma is a separator only before something with a scheme; in an address list it is not. */
const partsOf = (text: string): readonly string[] =>
  text.split(/\s*,(?=\s*[a-z][a-z0-9+]*:)\s*|[\s,]+(?=\s|$)|\s+/i).filter((part) => part !== '');

function parseChannel(text: string): Channel | null {
  if (text.startsWith('exec:')) {
    const path = text.slice('exec:'.length);
    return isAbsolute(path) ? { kind: 'exec', name: text, path } : null;
  }
  const url = parseUrl(text);
  if (url === null) return null;
  const [kind, protocol] = HTTP[url.protocol] ?? [];
  if (kind === undefined || protocol === undefined) return url.protocol in SMTP_PORTS ? smtp(url) : null;
  const name = `${url.protocol}//${url.host}`;
  const target = parseHttpTarget(`${protocol}${url.href.slice(url.protocol.length)}`);
  if (target === null || (kind === 'ntfy' && !/^\/[-\w]{1,64}$/.test(new URL(target.url).pathname))) return null;
  return { kind, name, target };
}

function smtp(url: URL): SmtpChannel | null {
  const user = decoded(url.username);
  const password = decoded(url.password);
  // A plus is part of an address here, not a blank.
  const asked = new URLSearchParams(url.search.replaceAll('+', '%2B'));
  const [to, from] = [addresses(asked.getAll('to').join(',')), addresses(asked.get('from') ?? user ?? '')];
  if (url.hostname === '' || user === null || password === null || to === null || from === null) return null;
  return {
    kind: 'smtp',
    name: `${url.protocol}//${url.host}`,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (SMTP_PORTS[url.protocol] ?? 587) : Number(url.port),
    isSecure: url.protocol === 'smtps:',
    login: user === '' ? null : { user, password },
    from,
    to,
  };
}

/** One or more addresses, separated by commas. */
const addresses = (text: string): string | null => (/^[^\s@,<>]+@[^\s@,<>]+(?:,[^\s@,<>]+@[^\s@,<>]+)*$/.test(text) ? text : null);

/** With a user it is Basic authentication; a password without a user is a bearer token. */
function targetOf(url: URL): HttpTarget | null {
  const user = decoded(url.username);
  const password = decoded(url.password);
  if (url.hostname === '' || user === null || password === null) return null;
  const bare = new URL(url.href);
  bare.username = '';
  bare.password = '';
  bare.hash = '';
  const basic = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return { url: bare.href, authorization: user !== '' ? basic : password !== '' ? `Bearer ${password}` : null };
}

function parseUrl(text: string): URL | null {
  // Without the slashes, the path would be parsed as the host.
  return /^[a-z][a-z0-9+]*:\/\/[^/]/i.test(text) ? URL.parse(text) : null;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
