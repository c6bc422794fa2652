import { type ConnectionOptions, type NatsConnection, nkeyAuthenticator } from '@nats-io/transport-node';
import { dial } from './dial.ts';
import { inboxOf } from './names.ts';

/** How a member of a fleet reaches its engine, and shows who it is. */
export interface Access {
  /** Its name: of a host, or of an operator. */
  readonly host: string;
  readonly urls: readonly string[];
  /** Of its key as a user of the engine. Null for an engine without users. */
  readonly natsSeed: string | null;
}

/** For the handshake with one node, TLS included. */
const DIAL_MS = 4000;
/** A node that leaves two pings unanswered is left. */
const PING_MS = 10_000;

const isSecure = (url: string): boolean => /^(tls|wss):/.test(url);

/**
 * The client never dials again by itself: meanwhile it would keep what is published, and send it
 * late. Nodes that the engine has made known are dialled with TLS if any given one is.
 */
export function optionsOf({ host, urls, natsSeed }: Access, learned: readonly string[] = []): ConnectionOptions {
  return {
    servers: [...new Set([...urls, ...learned])],
    name: `dogwatch ${host}`,
    inboxPrefix: inboxOf(host),
    timeout: DIAL_MS,
    pingInterval: PING_MS,
    maxPingOut: 2,
    reconnect: false,
    ignoreClusterUpdates: true,
    noAsyncTraces: true,
    ...(urls.some(isSecure) ? { tls: {} } : {}),
    ...(natsSeed === null ? {} : { authenticator: nkeyAuthenticator(new TextEncoder().encode(natsSeed)) }),
  };
}

/** One connection, for a command that ends. Throws if no node lets this member in. */
export const connectOnce = (access: Access): Promise<NatsConnection> => dial(optionsOf(access));
