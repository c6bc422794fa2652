import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { Agent } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { cleanEnvironment } from '../command/clean-environment.ts';
import type { DockerEndpoint } from './endpoint.ts';

type Variables = Readonly<NodeJS.ProcessEnv>;
/** The package's types do not know that it takes an agent. */
type Options = Docker.DockerOptions & { readonly agent?: Agent };

/** The port on which engines speak TLS. */
const TLS_PORT = 2376;
const SSH_CONNECTIONS = 4;
/** dockerode would take what is not given from the variables of this process. */
const NOTHING = {
  host: undefined,
  port: undefined,
  socketPath: undefined,
  ca: undefined,
  cert: undefined,
  key: undefined,
  timeout: undefined,
};

/**
 * A client for an engine; nothing is asked yet. Throws where it has no socket, and where the certificates for it can't be read. Only what talks to
 * Docker loads dockerode: it takes 3 MB.
 */
export async function dockerClient(endpoint: DockerEndpoint, env: Variables): Promise<Docker> {
  if (endpoint.kind === 'unix') statSync(endpoint.path);
  const { default: Client } = await import('dockerode');
  const options = { ...NOTHING, protocol: 'http' as const, ...optionsFor(endpoint, env), pathPrefix: '/' };
  return new Client(options);
}

function optionsFor(endpoint: DockerEndpoint, env: Variables): Options {
  switch (endpoint.kind) {
    case 'unix':
      // A connection costs nothing here, and one that is kept may be closed by the time it is used again.
      return { socketPath: endpoint.path, agent: new Agent() };
    case 'tcp':
      return { host: endpoint.host, port: endpoint.port, ...(speaksTls(endpoint.port, env) ? certificates(env) : {}) };
    case 'ssh':
      return { host: 'docker', agent: sshAgent(endpoint, env) };
  }
}

/** As the docker command decides it. */
const speaksTls = (port: number, { DOCKER_TLS_VERIFY = '', DOCKER_CERT_PATH = '' }: Variables): boolean =>
  DOCKER_TLS_VERIFY !== '' || DOCKER_CERT_PATH !== '' || port === TLS_PORT;

function certificates({ DOCKER_CERT_PATH }: Variables): Docker.DockerOptions {
  const directory = DOCKER_CERT_PATH || join(homedir(), '.docker');
  const read = (name: string) => readFileSync(join(directory, name));
  return { protocol: 'https', ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
}

/** Connections through the user's own ssh, with its configuration, agent and known hosts, as the docker command makes them. It never asks for a password. */
function sshAgent({ destination, port }: Extract<DockerEndpoint, { kind: 'ssh' }>, env: Variables): Agent {
  const args = ['-T', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=10', ...(port === null ? [] : ['-p', String(port)])];
  // Each connection is a login; servers refuse many at once.
  const agent = new Agent({ maxSockets: SSH_CONNECTIONS });
  const createConnection = () => {
    const child = spawn('ssh', [...args, '--', destination, 'docker', 'system', 'dial-stdio'], {
      env: cleanEnvironment(env),
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const connection = Duplex.from({ readable: child.stdout, writable: child.stdin });
    child.once('error', (error) => connection.destroy(error));
    // A call under way hears of its errors; after it nobody else does.
    connection.on('error', () => {});
    connection.once('close', () => child.kill());
    return connection;
  };
  return Object.assign(agent, { createConnection });
}
