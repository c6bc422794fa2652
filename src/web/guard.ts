import type { Context, Next } from 'hono';
import { isOurs, type Names, namesInWords } from './address.ts';

/** Nothing from elsewhere, no script or style in the text, and no text that becomes a script. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'cache-control': 'no-store',
};

/** Every response has them, also one that refuses. */
export async function protect(c: Context, next: Next): Promise<void> {
  await next();
  for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
}

/**
 * Refuses what no page of this server sends: another Host (a name that was rebound to this
 * machine), and requests that another site's page makes.
 */
export const onlyOurs = (names: () => Names) => async (c: Context, next: Next) => {
  const host = c.req.header('host');
  if (!isOurs(host, names())) {
    const got = host === undefined ? 'no Host' : `the Host ${JSON.stringify(host.slice(0, 200))}`;
    return c.text(
      `This request names ${got}, which is not a name of this page: ${namesInWords(names())}.\n` +
        'It was refused because a foreign site can make its own name lead here.\n' +
        'Behind a proxy or a forwarded port, name its address: dogwatch web --behind-proxy ORIGIN, for example http://localhost:8080\n',
      421,
    );
  }
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return c.text(FOREIGN, 403);
  const origin = c.req.header('origin');
  if (origin !== undefined && !isOurs(hostOf(origin), names())) return c.text(FOREIGN, 403);
  return next();
};

const FOREIGN =
  'This request was made by a page of another site, and was refused.\nOpen the address that `dogwatch web` printed in a tab of its own.\n';

const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined);

/** Refuses who does not have the token. */
export const onlyWithToken = (hasToken: (header: string | undefined) => boolean) => async (c: Context, next: Next) => {
  if (hasToken(c.req.header('authorization'))) return next();
  c.header('www-authenticate', 'Bearer');
  return c.json({ error: 'the token of this start of `dogwatch web` is missing: open the address that it printed' }, 401);
};
