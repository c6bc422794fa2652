import { AckPolicy, DiscardPolicy, JetStreamApiError, type JetStreamManager, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import { ANSWER_MS } from '../../core/fleet/times.ts';
import type { Bucket } from '../engine.ts';
import { keyPart } from '../keys.ts';
import { connectOnce } from '../nats/access.ts';
import { createBuckets, managerOf, replicasOf } from '../nats/buckets.ts';
import { streamOf } from '../nats/names.ts';
import { patiently } from '../nats/patiently.ts';
import type { Fleet } from './fleet-file.ts';
import { COMMANDS, consumerOf } from './permissions.ts';

const NANOSECONDS = 1e9;
const COMMANDS_LAST_S = 7 * 24 * 3600;
const MOST_COMMANDS = 1000;
/** For how long a host may have a command without an answer before it gets it again. */
const ACK_S = 30;
const MOST_UNANSWERED = 16;

const OPERATION = 'KV-Operation';
const DELETED = 'DEL';

const STREAM_NOT_FOUND = 10_059;
const CONSUMER_NOT_FOUND = 10_014;

/** What was missing in the engine, and is there now. */
export interface Prepared {
  readonly replicas: number;
  readonly buckets: readonly Bucket[];
  readonly commands: boolean;
  /** Hosts that can fetch commands from now on. */
  readonly hosts: readonly string[];
}

/**
 * Makes all that a fleet needs in its engine and is not there yet. Throws if the engine cannot be
 * reached, does not know the administrator, or has too few servers for the replicas.
 */
export async function prepareEngine(fleet: Fleet): Promise<Prepared> {
  const inHosts = await connected(fleet, 'hosts');
  try {
    const inOps = await connected(fleet, 'ops');
    try {
      const { replicas, made } = await createBuckets(inHosts, fleet.replicas ?? replicasOf(inHosts));
      return { replicas, buckets: made, ...(await prepareCommands(await managerOf(inOps), fleet, replicas)) };
    } finally {
      await inOps.close();
    }
  } finally {
    await inHosts.close();
  }
}

/** Takes what a host wrote out of the view, and its commands. Returns how many rows those were. */
export async function dismiss(fleet: Fleet, host: string): Promise<number> {
  const inOps = await connected(fleet, 'ops');
  try {
    const manager = await managerOf(inOps);
    await unless(CONSUMER_NOT_FOUND, manager.consumers.delete(COMMANDS, consumerOf(host)));
  } finally {
    await inOps.close();
  }
  const inHosts = await connected(fleet, 'hosts');
  try {
    const key = keyPart(host);
    const manager = await managerOf(inHosts);
    let rows = 0;
    for (const [bucket, filter] of [
      ['hosts', key],
      ['runs', `${key}.*`],
      ['holds', `*.${key}`],
    ] as const)
      for (const subject of await subjectsOf(manager, bucket, filter)) rows += await markDeleted(inHosts, streamOf(bucket), subject);
    return rows;
  } finally {
    await inHosts.close();
  }
}

const connected = (fleet: Fleet, account: keyof Fleet['admin']): Promise<NatsConnection> =>
  connectOnce({ host: 'admin', urls: fleet.urls, natsSeed: fleet.admin[account].seed });

async function prepareCommands(
  manager: JetStreamManager,
  { hosts }: Fleet,
  replicas: number,
): Promise<Pick<Prepared, 'commands' | 'hosts'>> {
  const isThere =
    (await unless(
      STREAM_NOT_FOUND,
      patiently(() => manager.streams.info(COMMANDS)),
    )) !== null;
  if (!isThere)
    await patiently(() =>
      manager.streams.add({
        name: COMMANDS,
        subjects: ['dw.cmd.*'],
        num_replicas: replicas,
        storage: StorageType.File,
        retention: RetentionPolicy.Limits,
        discard: DiscardPolicy.New,
        max_age: COMMANDS_LAST_S * NANOSECONDS,
        max_msgs_per_subject: MOST_COMMANDS,
        discard_new_per_subject: true,
      }),
    );
  const added: string[] = [];
  for (const { name } of hosts) {
    if ((await unless(CONSUMER_NOT_FOUND, manager.consumers.info(COMMANDS, consumerOf(name)))) !== null) continue;
    await patiently(() =>
      manager.consumers.add(COMMANDS, {
        durable_name: consumerOf(name),
        filter_subject: `dw.cmd.${keyPart(name)}`,
        ack_policy: AckPolicy.Explicit,
        ack_wait: ACK_S * NANOSECONDS,
        max_ack_pending: MOST_UNANSWERED,
      }),
    );
    added.push(name);
  }
  return { commands: !isThere, hosts: added };
}

/** What it answers, or null if it answers with this error. */
async function unless<Answer>(code: number, asked: Promise<Answer>): Promise<Answer | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === code) return null;
    throw error;
  }
}

async function subjectsOf(manager: JetStreamManager, bucket: Bucket, filter: string): Promise<readonly string[]> {
  const stream = streamOf(bucket);
  const info = await unless(STREAM_NOT_FOUND, manager.streams.info(stream, { subjects_filter: `$KV.dw_${bucket}.${filter}` }));
  return Object.keys(info?.state.subjects ?? {});
}

/**
 * Marks a row as the key-value store of NATS does. Returns how many were marked: 0 if it was
 * before.
 */
async function markDeleted(connection: NatsConnection, stream: string, subject: string): Promise<0 | 1> {
  const stands = await connection.request(`$JS.API.DIRECT.GET.${stream}.${subject}`, '', { timeout: ANSWER_MS });
  if (stands.headers?.get(OPERATION) === DELETED || stands.headers?.code === 404) return 0;
  const mark = headers();
  mark.set(OPERATION, DELETED);
  await connection.request(subject, '', { headers: mark, timeout: ANSWER_MS });
  return 1;
}
