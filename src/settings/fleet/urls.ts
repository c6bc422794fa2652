/** The port of a NATS server whose URL names none. */
const DEFAULT_PORT = 4222;
const SCHEMES = ['nats:', 'tls:'];

export const URL_FORMS = 'nats://HOST, nats://HOST:PORT, or tls://HOST:PORT';

/** Why none of it may be in an URL: it would be seen in logs, and a host has a key of its own. */
export const NO_USER = 'without user and password: a host of a fleet has a key of its own';

/**
 * The URL of a NATS server in its full form, or null if it is none. Path and query mean nothing to
 * the server, and what stands before an @ would be a secret.
 */
function parseNatsUrl(text: string): string | null {
  const withScheme = text.includes('://') ? text : `nats://${text}`;
  if (!URL.canParse(withScheme)) return null;
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(withScheme);
  const hasMore = username !== '' || password !== '' || !['', '/'].includes(pathname) || search !== '' || hash !== '';
  if (!SCHEMES.includes(protocol) || !/^(?:[A-Za-z0-9_][A-Za-z0-9_.-]*|\[[0-9A-Fa-f:.]+\])$/.test(hostname) || hasMore) return null;
  if (port === '0') return null;
  return `${protocol}//${hostname}:${port === '' ? DEFAULT_PORT : port}`;
}

/** URLs separated by commas or spaces, each once. Null if any of them is none or there are none. */
export function parseNatsUrls(text: string): readonly string[] | null {
  const urls = text
    .split(/[\s,]+/)
    .filter((word) => word !== '')
    .map(parseNatsUrl);
  const valid = urls.filter((url) => url !== null);
  return valid.length === urls.length && valid.length > 0 ? [...new Set(valid)] : null;
}

/** What may be shown of a text that should be URLs: nothing between a scheme and an @. */
export const withoutUsers = (text: string): string => text.replaceAll(/[^\s,/]*@/g, '***@');
