import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_ENDPOINT, parseEndpoint } from './endpoint.ts';

type Variables = Readonly<Partial<NodeJS.ProcessEnv>>;

/** Where the docker command would look for its engine. */
export interface DockerHost {
  /** Null: what names it can't be read, or is no place that can be asked. */
  readonly url: string | null;
  /** What names it, in words; null: nobody said, and it is the first of the usual places where there is one. */
  readonly namedBy: string | null;
}

/** As the docker command decides it: `DOCKER_HOST`, `DOCKER_CONTEXT`, the current context, and else the usual sockets. */
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

/** Somebody said where an engine is. Where nobody did, a machine without one is fine. */
export const expectsDocker = (env: Variables): boolean => Boolean(env.DOGWATCH_DOCKER_HOSTS) || dockerHost(env).namedBy !== null;

/** The engine of the system, else one of this user's own. */
function usualSocket({ XDG_RUNTIME_DIR = '', HOME = '' }: Variables): string {
  if (HOME === '' || existsSync(pathOf(DEFAULT_ENDPOINT))) return DEFAULT_ENDPOINT;
  const own = XDG_RUNTIME_DIR === '' ? [] : [join(XDG_RUNTIME_DIR, 'docker.sock'), join(XDG_RUNTIME_DIR, 'podman', 'podman.sock')];
  const found = [...own, '/run/podman/podman.sock'].find((path) => existsSync(path));
  return found === undefined ? DEFAULT_ENDPOINT : `unix://${found}`;
}

const pathOf = (url: string): string => url.slice('unix://'.length);

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A field of a JSON file; undefined: it is not there, or can't be read. */
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
