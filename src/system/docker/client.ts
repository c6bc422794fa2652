import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import type { Agent, AgentOptions } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { cleanEnvironment } from '../command/clean-environment.ts';
import type { DockerEndpoint } from './endpoint.ts';

type Variables = Readonly<NodeJS.ProcessEnv>;
/** The package's types lack the agent option. */
type Options = Docker.DockerOptions & { readonly agent?: Agent };

/** The port on which engines expect TLS. */
const TLS_PORT = 2376;
const SSH_CONNECTIONS = 4;
/** dockerode reads options that are missing from the variables of this process. */
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
 * Importing node:http as a module reads all its exports, one of which loads the whole of undici:
 * 15 MB. This way it costs what is used.
 */
const newAgent = (options?: AgentOptions): Agent => new (process.getBuiltinModule('node:http').Agent)(options);

/**
 * Creates a client for an engine, without calling it. Throws if its socket does not exist, or its
 * certificates cannot be read. dockerode is loaded only here, when it is needed: it takes 3 MB.
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
      // Connecting is cheap here, and a kept-alive connection may be closed by the time it is used
      // again.
      return { socketPath: endpoint.path, agent: newAgent() };
    case 'tcp':
      return { host: endpoint.host, port: endpoint.port, ...(speaksTls(endpoint.port, env) ? certificates(env) : {}) };
    case 'ssh':
      return { host: 'docker', agent: sshAgent(endpoint, env) };
  }
}

/** Decides as the docker command does. */
const speaksTls = (port: number, { DOCKER_TLS_VERIFY = '', DOCKER_CERT_PATH = '' }: Variables): boolean =>
  DOCKER_TLS_VERIFY !== '' || DOCKER_CERT_PATH !== '' || port === TLS_PORT;

function certificates({ DOCKER_CERT_PATH }: Variables): Docker.DockerOptions {
  const directory = DOCKER_CERT_PATH || join(homedir(), '.docker');
  const read = (name: string) => readFileSync(join(directory, name));
  return { protocol: 'https', ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
}

/**
 * Connects through the user's own ssh, with its configuration, agent and known hosts, as the docker
 * command does. It never asks for a password.
 */
function sshAgent({ destination, port }: Extract<DockerEndpoint, { kind: 'ssh' }>, env: Variables): Agent {
  const args = ['-T', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=10', ...(port === null ? [] : ['-p', String(port)])];
  // Each connection is a login, and servers refuse many at once.
  const agent = newAgent({ maxSockets: SSH_CONNECTIONS });
  const createConnection = () => {
    const child = spawn('ssh', [...args, '--', destination, 'docker', 'system', 'dial-stdio'], {
      env: cleanEnvironment(env),
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const connection = Duplex.from({ readable: child.stdout, writable: child.stdin });
    child.once('error', (error) => connection.destroy(error));
    // A call in flight handles its own errors; afterwards nothing else listens for them.
    connection.on('error', () => {});
    connection.once('close', () => child.kill());
    return connection;
  };
  return Object.assign(agent, { createConnection });
}
