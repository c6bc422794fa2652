import type { NatsConnection } from '@nats-io/transport-node';
import { ANSWER_MS } from '../../../core/fleet/times.ts';
import { errorMessage } from '../../../core/values/error-message.ts';
import { type Access, connectOnce } from '../../../fleet/nats/access.ts';
import { checkBuckets, type Difference } from '../../../fleet/nats/buckets.ts';
import { streamOf } from '../../../fleet/nats/names.ts';
import { type Finding, fail, ok, warn } from '../../doctor/finding.ts';
import { checkVersion } from './version.ts';
import { whyNot } from './why-not.ts';

/** The times of hosts are compared with the engine's only where they differ by less. */
const MOST_OFF_MS = 120_000;
export const UNREACHABLE = 'engine';

/** The engine as this member reaches it. */
export async function checkEngine(access: Access): Promise<readonly Finding[]> {
  let connection: NatsConnection;
  try {
    connection = await connectOnce(access);
  } catch (error) {
    const { got, hint } = whyNot(error, access.urls, access.host);
    return [fail(UNREACHABLE, got, hint)];
  }
  try {
    const { version = '' } = connection.info ?? {};
    const where = connection.getServer();
    const reached = [ok(UNREACHABLE, `reached at ${where} as ${access.host}`), checkVersion(version, where)];
    // An old one would not understand what follows.
    if (reached.some(({ result }) => result === 'fail')) return reached;
    const { cluster, offMs } = await askState(connection);
    const servers = checkMajority(cluster);
    // Nothing would answer what follows.
    if (servers?.result === 'fail') return [...reached, servers];
    return [...reached, ...(servers === null ? [] : [servers]), ...(await checkRows(connection)), checkClock(offMs)];
  } finally {
    await connection.close();
  }
}

async function checkRows(connection: NatsConnection): Promise<readonly Finding[]> {
  const isCluster = connection.info?.cluster !== undefined;
  try {
    const all = await checkBuckets(connection);
    const [replicas, others] = [all.filter(({ field }) => field === 'num_replicas'), all.filter(({ field }) => field !== 'num_replicas')];
    const buckets = others.length === 0 ? [ok('buckets', 'all there, and set up as dogwatch made them')] : others.map(wrong);
    return [...buckets, replicasOf(isCluster, replicas, others)].filter((finding) => finding !== null);
  } catch (error) {
    return [
      fail('buckets', `not known: ${errorMessage(error)}`, 'see whether JetStream is on, and whether a majority of the servers is up'),
    ];
  }
}

function wrong({ bucket, field, expected, got }: Difference): Finding {
  if (field === null) return fail('buckets', `${streamOf(bucket)} is missing`, 'dogwatch fleet init, where the fleet was made');
  return fail(
    'buckets',
    `${streamOf(bucket)} has ${field} ${JSON.stringify(got)}, not ${JSON.stringify(expected)}`,
    'set it back with the nats command, or remove the bucket and run `dogwatch fleet init`: the hosts fill it again',
  );
}

function replicasOf(isCluster: boolean, differences: readonly Difference[], others: readonly Difference[]): Finding | null {
  if (others.some(({ field }) => field === null)) return null;
  if (!isCluster)
    return warn(
      'replicas',
      '1: if this server is down nobody sees the fleet, and its disk is the only copy',
      'nothing, if you can live with that; else make the engine of three servers',
    );
  const [first] = differences;
  return first === undefined
    ? ok('replicas', '3')
    : fail(
        'replicas',
        `${differences.map(({ bucket, got }) => `${streamOf(bucket)} has ${got}`).join(', ')}, not ${first.expected}`,
        `nats stream edit --replicas ${first.expected}, for each`,
      );
}

/** What the engine says of itself. */
interface State {
  /** Null for a single server, or if it did not say. */
  readonly cluster: Cluster | null;
  /** How far this host's clock is ahead of the engine's, in ms; null if it did not say. */
  readonly offMs: number | null;
}

interface Cluster {
  readonly leader?: string;
  readonly replicas?: readonly { readonly name: string; readonly current: boolean }[];
}

async function askState(connection: NatsConnection): Promise<State> {
  const askedMs = performance.now();
  const answer = await connection.request(`$JS.API.STREAM.INFO.${streamOf('hosts')}`, '', { timeout: ANSWER_MS }).catch(() => null);
  const { ts, cluster } = (answer?.json() ?? {}) as { ts?: unknown; cluster?: Cluster };
  const theirs = typeof ts === 'string' ? Date.parse(ts) + (performance.now() - askedMs) / 2 : Number.NaN;
  return {
    cluster: connection.info?.cluster === undefined ? null : (cluster ?? {}),
    offMs: Number.isNaN(theirs) ? null : Date.now() - theirs,
  };
}

/** Whether enough servers are up to store anything, or null for a single one. */
export function checkMajority(cluster: Cluster | null): Finding | null {
  if (cluster === null) return null;
  const missing = (cluster.replicas ?? []).filter(({ current }) => !current).map(({ name }) => name);
  const named = missing.length === 0 ? '' : ` (${missing.join(', ')} down or behind)`;
  const next = 'start the servers that are down; `journalctl -u nats-server` there says more';
  if (cluster.leader === undefined || cluster.leader === '')
    return fail(UNREACHABLE, `no majority of its servers is up${named}: nothing can be stored`, next);
  return missing.length === 0 ? ok('servers', 'all up') : warn('servers', `one more may not fail${named}`, next);
}

function checkClock(offMs: number | null): Finding {
  if (offMs === null) return warn('clock', "the engine's is not known: it did not say", 'run doctor again');
  const seconds = Math.round(Math.abs(offMs) / 1000);
  const said = seconds === 0 ? "as the engine's" : `${seconds} s ${offMs > 0 ? 'ahead of' : 'behind'} the engine's`;
  return Math.abs(offMs) <= MOST_OFF_MS ? ok('clock', said) : fail('clock', said, 'let both keep time by NTP: timedatectl set-ntp true');
}
