import {
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { BUCKETS, type Bucket } from '../engine.ts';
import { filterOf, streamOf } from './names.ts';
import { patiently } from './patiently.ts';

const KIB = 1024;

/** What the engine counts besides a row: the headers of its message. */
const HEADERS = KIB;
/** The longest row of each bucket. */
const LONGEST: Readonly<Record<Bucket, number>> = {
  hosts: 4 * KIB,
  runs: 16 * KIB,
  holds: 4 * KIB,
  probe: 4 * KIB,
  place: 16 * KIB,
  notices: 64 * KIB,
  duty: 4 * KIB,
};

/** With one node less, three replicas still agree. */
const REPLICAS = 3;
const NOT_FOUND = 10_059;

type Configured = Pick<StreamConfig, 'name' | 'num_replicas'> & Partial<StreamConfig>;

/**
 * How a bucket is configured: as a key-value store of NATS with one row a key, of which nothing can
 * be removed but by who may remove all of it. No row expires, because that would be by the clock of
 * one node. A row with the header of a roll-up would take those of all hosts away.
 */
const configOf = (bucket: Bucket, replicas: number): Configured => ({
  name: streamOf(bucket),
  subjects: [filterOf(bucket, '')],
  num_replicas: replicas,
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  discard: DiscardPolicy.New,
  max_msgs_per_subject: 1,
  max_msg_size: LONGEST[bucket] + HEADERS,
  max_msgs: -1,
  max_bytes: -1,
  max_age: 0,
  allow_direct: true,
  allow_rollup_hdrs: false,
  deny_delete: true,
  deny_purge: true,
});

/** On one node there is one replica; otherwise three, or none are made. */
export const replicasOf = (connection: NatsConnection): number => (connection.info?.cluster === undefined ? 1 : REPLICAS);

export interface Made {
  readonly replicas: number;
  /** The buckets that were not there before. */
  readonly made: readonly Bucket[];
}

/**
 * Makes the buckets that are missing, and leaves the others as they are. Throws if the engine does
 * not answer within half a minute, or refuses: then another try makes the rest.
 */
export async function createBuckets(connection: NatsConnection, replicas = replicasOf(connection)): Promise<Made> {
  const manager = await managerOf(connection);
  const made: Bucket[] = [];
  for (const bucket of BUCKETS) {
    if ((await configured(manager, bucket)) !== null) continue;
    await patiently(() => manager.streams.add(configOf(bucket, replicas)));
    made.push(bucket);
  }
  return { replicas, made };
}

export interface Difference {
  readonly bucket: Bucket;
  /** Null if the bucket itself is missing. */
  readonly field: string | null;
  readonly expected: unknown;
  readonly got: unknown;
}

/** What is not as it was written by `createBuckets`. Throws if the engine does not answer. */
export async function checkBuckets(connection: NatsConnection, replicas = replicasOf(connection)): Promise<readonly Difference[]> {
  const manager = await managerOf(connection);
  const found: Difference[] = [];
  for (const bucket of BUCKETS) {
    const got = await configured(manager, bucket);
    const expected = configOf(bucket, replicas);
    if (got === null) found.push({ bucket, field: null, expected: expected.name, got: null });
    else found.push(...differences(bucket, expected, got));
  }
  return found;
}

/** Does not ask for the account first, which fails in the first seconds of a cluster. */
export const managerOf = (connection: NatsConnection): Promise<JetStreamManager> => jetstreamManager(connection, { checkAPI: false });

/** How it is configured, or null if there is none. */
async function configured(manager: JetStreamManager, bucket: Bucket): Promise<Configured | null> {
  try {
    return (await patiently(() => manager.streams.info(streamOf(bucket)))).config;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === NOT_FOUND) return null;
    throw error;
  }
}

function differences(bucket: Bucket, expected: Configured, got: Configured): readonly Difference[] {
  const fields = Object.keys(expected) as readonly (keyof Configured)[];
  return fields
    .map((field) => ({ bucket, field, expected: expected[field], got: got[field] ?? null }))
    .filter((one) => JSON.stringify(one.expected) !== JSON.stringify(one.got));
}
