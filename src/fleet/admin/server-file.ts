/** A server of the engine. */
export interface Node {
  /** The name of its file, and in the engine. */
  readonly name: string;
  readonly text: string;
}

const MONITORING_PORT = 8222;
const CLUSTER_PORT = 6222;
/** A server of this machine alone. */
export const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'] as readonly string[];

/**
 * A configuration for each server of the engine, ready to run where it is for dogwatch alone. The
 * ports of a cluster on one machine, which is for trying it, differ.
 */
export function serverFiles(fleet: string, urls: readonly string[]): readonly Node[] {
  const servers = urls.map((url) => new URL(url));
  const isShared = new Set(servers.map(({ hostname }) => hostname)).size < servers.length;
  const offset = (index: number): number => (isShared ? index : 0);
  const names = servers.map(({ hostname, port }) => (isShared ? `${hostname}-${port}` : hostname).replaceAll(/[^A-Za-z0-9-]/g, '-'));
  const routes = servers.map(({ hostname }, index) => `nats-route://${hostname}:${CLUSTER_PORT + offset(index)}`);
  return servers.map(({ protocol, hostname, port }, index) => {
    const listen = LOOPBACK.includes(hostname) ? hostname.replace('localhost', '127.0.0.1') : '0.0.0.0';
    const name = names[index] ?? '';
    return {
      name,
      text: `# A server of the engine of the fleet ${fleet}: nats-server -c nats-${name}.conf
# Made by \`dogwatch fleet init\`, which does not change it again: it is yours.
server_name: ${JSON.stringify(name)}
listen: "${listen}:${port}"

# Where \`dogwatch fleet doctor\` reads how the server is set up. It has no password: keep it on the
# loopback, and run doctor there once.
http: "127.0.0.1:${MONITORING_PORT + offset(index)}"

jetstream {
  # On a filesystem of its own, which no agent fills: a full one ends JetStream until a restart.
  store_dir: "/var/lib/nats/${name}"
  max_file_store: 2GB
  # Each write is on the disk before it is acknowledged. With the default of two minutes a power cut
  # takes back what was acknowledged, and two hosts may get the same lease.
  sync_interval: always
}
${protocol === 'tls:' ? TLS : ''}${servers.length > 1 ? cluster(fleet, `${listen}:${CLUSTER_PORT + offset(index)}`, routes) : ''}
include "accounts.conf"
`,
    };
  });
}

const TLS = `
tls {
  cert_file: "/etc/nats/server.pem"
  key_file: "/etc/nats/server.key"
}
`;

const cluster = (fleet: string, listen: string, routes: readonly string[]): string => `
cluster {
  name: ${JSON.stringify(fleet)}
  listen: "${listen}"
  routes: [
${routes.map((route) => `    ${JSON.stringify(route)}\n`).join('')}  ]
}
`;
