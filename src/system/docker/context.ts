import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_ENDPOINT, parseEndpoint } from './endpoint.ts';

type Variables = Readonly<Partial<NodeJS.ProcessEnv>>;

/** Where the docker command looks for its engine. */
export interface DockerHost {
  /** Null if the setting that names it cannot be read, or names no endpoint that can be asked. */
  readonly url: string | null;
  /**
   * What names it, in words, or null if nothing does: then it is the first of the usual sockets
   * that exists.
   */
  readonly namedBy: string | null;
}

/**
 * Decides as the docker command does: `DOCKER_HOST`, `DOCKER_CONTEXT`, the current context, then
 * the usual sockets.
 */
export function dockerHost(env: Variables): DockerHost {
  const { DOCKER_HOST = '', DOCKER_CONTEXT = '' } = env;
  if (DOCKER_HOST !== '') return { url: parseEndpoint(DOCKER_HOST) === null ? null : DOCKER_HOST, namedBy: 'DOCKER_HOST' };
  const directory = env.DOCKER_CONFIG || (env.HOME ? join(env.HOME, '.docker') : '');
  const current = DOCKER_CONTEXT || (directory === '' ? '' : text(fieldOf(join(directory, 'config.json'), ['currentContext'])));
  if (current !== '' && current !== 'default') {
    const hash = createHash('sha256').update(current).digest('hex');
    const host = text(fieldOf(join(directory, 'contexts', 'meta', hash, 'meta.json'), ['Endpoints', 'docker', 'Host']));
    const which = DOCKER_CONTEXT === '' ? `the current context ${current}` : `DOCKER_CONTEXT ${current}`;
    return { url: parseEndpoint(host) === null ? null : host, namedBy: which };
  }
  return { url: usualSocket(env), namedBy: null };
}

/** Whether something names an engine. If nothing does, a machine without Docker is fine. */
export const expectsDocker = (env: Variables): boolean => Boolean(env.DOGWATCH_DOCKER_HOSTS) || dockerHost(env).namedBy !== null;

/** The system's engine, or else this user's own. */
function usualSocket({ XDG_RUNTIME_DIR = '', HOME = '' }: Variables): string {
  if (HOME === '' || existsSync(pathOf(DEFAULT_ENDPOINT))) return DEFAULT_ENDPOINT;
  const own = XDG_RUNTIME_DIR === '' ? [] : [join(XDG_RUNTIME_DIR, 'docker.sock'), join(XDG_RUNTIME_DIR, 'podman', 'podman.sock')];
  const found = [...own, '/run/podman/podman.sock'].find((path) => existsSync(path));
  return found === undefined ? DEFAULT_ENDPOINT : `unix://${found}`;
}

const pathOf = (url: string): string => url.slice('unix://'.length);

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A field of a JSON file, or undefined if it is missing or cannot be read. */
function fieldOf(path: string, names: readonly string[]): unknown {
  try {
    return names.reduce<unknown>(
      (value, name) => (value as Record<string, unknown> | null)?.[name],
      JSON.parse(readFileSync(path, 'utf8')),
    );
  } catch {
    return undefined;
  }
}
