/** The address of a Docker engine. */
export type DockerEndpoint =
  | { readonly kind: 'unix'; readonly url: string; readonly path: string }
  | { readonly kind: 'tcp'; readonly url: string; readonly host: string; readonly port: number }
  | { readonly kind: 'ssh'; readonly url: string; readonly destination: string; readonly port: number | null };

/** The engine that the docker command uses by default. */
export const DEFAULT_ENDPOINT = 'unix:///var/run/docker.sock';

const PLAIN_PORT = 2375;
/** What ssh could mistake for an option is not accepted as a host or a user. */
const HOST = /^[A-Za-z0-9_[][A-Za-z0-9_.:\]-]*$/;
const USER = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/**
 * Parses `unix:///path`, `tcp://host:port` or `ssh://user@host:port`; returns null for anything
 * else.
 */
export function parseEndpoint(url: string): DockerEndpoint | null {
  if (/^unix:\/\/\/./.test(url)) return { kind: 'unix', url, path: url.slice('unix://'.length) };
  const [, kind, user, host = '', digits] = /^(tcp|ssh):\/\/(?:([^@/]+)@)?(\[[^\]/]+\]|[^:/@]+)(?::(\d{1,5}))?\/?$/.exec(url) ?? [];
  const port = digits === undefined ? null : Number(digits);
  if (!HOST.test(host) || (port !== null && (port < 1 || port > 65_535))) return null;
  if (kind === 'tcp') return user === undefined ? { kind, url, host: bare(host), port: port ?? PLAIN_PORT } : null;
  if (kind !== 'ssh' || (user !== undefined && !USER.test(user))) return null;
  return { kind, url, destination: user === undefined ? bare(host) : `${user}@${bare(host)}`, port };
}

const bare = (host: string): string => host.replace(/^\[|\]$/g, '');
