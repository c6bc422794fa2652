import { BUCKETS } from '../engine.ts';
import { keyPart } from '../keys.ts';

export interface Permissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

const STREAMS = BUCKETS.map((bucket) => `KV_dw_${bucket}`);

/** Commands for hosts: a stream in an account of its own, which no host can reach but by these. */
export const COMMANDS = 'DW_CMD';
/** What a host puts before a request that is for the account of the operators. */
export const OPS_PREFIX = 'OPS.API';
/** What an operator puts before a request that is for the account of the hosts. */
export const HOSTS_PREFIX = 'HOSTS.API';

export const consumerOf = (host: string): string => `host-${keyPart(host)}`;

/** The requests about its own commands that a host may make, without their prefix. */
export const commandRequests = (host: string): readonly string[] =>
  ['CONSUMER.MSG.NEXT', 'CONSUMER.INFO'].map((request) => `${request}.${COMMANDS}.${consumerOf(host)}`);

/** Where a host acknowledges its commands. */
export const commandAcks = (host: string): string => `$JS.ACK.${COMMANDS}.${consumerOf(host)}.>`;

/**
 * What may be read of all buckets, without the prefix. No wildcard can stand for a part of a word.
 */
export const READS = STREAMS.flatMap((stream) => [`STREAM.INFO.${stream}`, `DIRECT.GET.${stream}`, `DIRECT.GET.${stream}.>`]);

const WATCHES = STREAMS.flatMap((stream) => ['CREATE', 'INFO', 'DELETE'].map((verb) => `CONSUMER.${verb}.${stream}.>`));

const api = (request: string): string => `$JS.API.${request}`;

/**
 * What a host may do: write what is its own, and what all hosts share; read everything; fetch its
 * commands. This does not contain a host that was taken over: it can name another's subject as the
 * reply subject of a request, and the server then publishes to it. So commands are in another
 * account, and rows are signed.
 */
export function hostPermissions(host: string, labels: readonly string[]): Permissions {
  const key = keyPart(host);
  return {
    publish: [
      `dw.live.${key}`,
      `dw.ev.${key}`,
      `$KV.dw_hosts.${key}`,
      `$KV.dw_runs.${key}.>`,
      `$KV.dw_holds.*.${key}`,
      '$KV.dw_probe.>',
      '$KV.dw_notices.>',
      '$KV.dw_duty.>',
      ...labels.map((label) => `$KV.dw_place.${keyPart(label)}.>`),
      '$JS.API.INFO',
      ...[...READS, ...WATCHES].map(api),
      ...commandRequests(host).map((request) => `${OPS_PREFIX}.${request}`),
      commandAcks(host),
      '$JS.FC.>',
    ],
    subscribe: [`${inboxOf(host)}.>`],
  };
}

/** Where a host gets its answers: no other host may listen there. */
const inboxOf = (host: string): string => `_INBOX_${keyPart(host)}`;

/** What an operator may do: give commands, ask hosts, and read. */
export const OPERATOR_PERMISSIONS: Permissions = {
  publish: ['dw.cmd.>', 'dw.ask.>', ...READS.map((request) => `${HOSTS_PREFIX}.${request}`)],
  subscribe: ['_INBOX_op.>', 'dw.live.>'],
};
