import { createInbox, type Msg, type NatsConnection, nanos, type Subscription } from '@nats-io/transport-node';
import type { Bucket } from '../engine.ts';
import { answered, type Delivered, deliveredOf } from './answer.ts';
import type { Link } from './link.ts';
import { filterOf, inboxOf, streamOf } from './names.ts';

/** From which row on: all that stand there, those from now on, or those from a revision on. */
export type From = 'all' | 'now' | { readonly rev: number };

export interface FeedOptions {
  readonly bucket: Bucket;
  readonly prefix: string;
  readonly from: From;
  /** Shown to whoever looks at the engine. */
  readonly name: string;
  readonly host: string;
  readonly delivered: (msg: Msg, delivered: Delivered) => void;
  /** Called once if it has missed something, or was ended by the engine. */
  readonly broken: () => void;
}

/** The rows of a bucket as the engine pushes them, in order and without a gap. */
export interface Feed {
  readonly connection: NatsConnection;
  /** How many rows stand there that have not come yet, when it was made. */
  readonly pending: number;
  /** The last revision before its first row. */
  readonly before: number;
  /** The engine's clock minus `performance.now()`. */
  readonly clockMs: number;
  /** By `performance.now()`: a row, or a heartbeat. */
  readonly heardMs: () => number;
  end(): void;
}

export const HEARTBEAT_MS = 5000;
/** What its host has left without a word is removed by the engine after that. */
const ABANDONED_MS = 30_000;
const STATUS = 100;

interface Created {
  readonly num_pending: number;
  readonly delivered: { readonly stream_seq: number };
  readonly ts: string;
}

/** Opens a feed, or returns null if the engine did not answer. */
export async function openFeed(link: Link, options: FeedOptions): Promise<Feed | null> {
  const connection = await link.soon();
  if (connection === null) return null;
  const reading = new Reading(connection, options);
  const sentMs = performance.now();
  const created = answered<Created>(await link.request(reading.subject, JSON.stringify(reading.request)));
  if (created === null || link.connection !== connection) {
    reading.end();
    return null;
  }
  const clockMs = Date.parse(created.ts) - (sentMs + performance.now()) / 2;
  return {
    connection,
    pending: created.num_pending,
    before: created.delivered.stream_seq,
    clockMs,
    heardMs: () => reading.heardMs,
    end: () => reading.end(),
  };
}

class Reading {
  readonly #connection: NatsConnection;
  readonly #options: FeedOptions;
  readonly #inbox: string;
  readonly #subscription: Subscription;
  #number = 0;
  #isEnded = false;
  heardMs = performance.now();

  constructor(connection: NatsConnection, options: FeedOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#inbox = createInbox(inboxOf(options.host));
    this.#subscription = connection.subscribe(this.#inbox, {
      callback: (error, msg) => (error === null ? this.#read(msg) : this.#break()),
    });
  }

  get subject(): string {
    const { bucket, prefix, name } = this.#options;
    return `$JS.API.CONSUMER.CREATE.${streamOf(bucket)}.${name}.${filterOf(bucket, prefix)}`;
  }

  get request(): object {
    const { bucket, prefix, name, from } = this.#options;
    const config = {
      name,
      deliver_subject: this.#inbox,
      filter_subject: filterOf(bucket, prefix),
      ...policy(from),
      ...{ ack_policy: 'none', max_deliver: 1, replay_policy: 'instant', mem_storage: true, num_replicas: 1 },
      ...{ flow_control: true, idle_heartbeat: nanos(HEARTBEAT_MS), inactive_threshold: nanos(ABANDONED_MS) },
    };
    return { stream_name: streamOf(bucket), config };
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (this.#connection.isClosed()) return;
    this.#subscription.unsubscribe();
    const { bucket, name } = this.#options;
    this.#connection.publish(`$JS.API.CONSUMER.DELETE.${streamOf(bucket)}.${name}`);
  }

  #break(): void {
    if (this.#isEnded) return;
    this.end();
    this.#options.broken();
  }

  #read(msg: Msg): void {
    if (this.#isEnded) return;
    this.heardMs = performance.now();
    const status = msg.headers?.code ?? 0;
    if (status !== 0 && msg.data.length === 0 && deliveredOf(msg.reply) === null) this.#control(status, msg);
    else this.#deliver(msg);
  }

  #deliver(msg: Msg): void {
    const delivered = deliveredOf(msg.reply);
    if (delivered?.number === this.#number + 1) {
      this.#number = delivered.number;
      this.#options.delivered(msg, delivered);
    } else this.#break();
  }

  /** A heartbeat says how many were sent. A stalled engine waits for an answer. */
  #control(status: number, msg: Msg): void {
    const answerTo = msg.reply || msg.headers?.get('Nats-Consumer-Stalled');
    if (answerTo) this.#connection.publish(answerTo);
    const sent = msg.headers?.get('Nats-Last-Consumer');
    const hasMissed = Boolean(sent) && Number(sent) !== this.#number;
    if (status !== STATUS || hasMissed) this.#break();
  }
}

function policy(from: From): object {
  if (from === 'all') return { deliver_policy: 'last_per_subject' };
  if (from === 'now') return { deliver_policy: 'new' };
  return { deliver_policy: 'by_start_sequence', opt_start_seq: from.rev };
}
