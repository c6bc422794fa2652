import { randomBytes } from 'node:crypto';
import { headers } from '@nats-io/transport-node';
import type { Stored, Swapped } from '../../core/fleet/lease.ts';
import type { Bucket, Engine, Entry } from '../engine.ts';
import { checkedKey, checkedPrefix, keyPart } from '../keys.ts';
import type { Access } from './access.ts';
import { answered, storedOf, swappedOf } from './answer.ts';
import { Beats } from './beats.ts';
import { Link } from './link.ts';
import { listed } from './list.ts';
import { liveSubject, streamOf, subjectOf } from './names.ts';
import { Watch } from './watch.ts';

/** Each is a consumer that the engine keeps, and that a storm of reconnections makes anew. */
const MOST_WATCHES = 3;
/** The buckets that hosts fill from what they know. */
const COPIED: readonly Bucket[] = ['hosts', 'runs', 'holds'];

export interface NatsEngine extends Engine {
  /** Why the connection does not stand, or null if it does or nothing was tried yet. */
  readonly trouble: string | null;
}

/**
 * The engine of a fleet. It is there at once, whether its nodes can be reached or not: they are
 * dialled in the background, for ever.
 */
export const connectEngine = async (access: Access): Promise<NatsEngine> => new OverNats(access);

interface StreamInfo {
  readonly created: string;
  /** The engine's clock. */
  readonly ts: string;
}

class OverNats implements NatsEngine {
  readonly #host: string;
  readonly #link: Link;
  readonly #beats: Beats;
  readonly #watches = new Set<Watch>();
  /** Tells the consumers of this process from those of its last. */
  readonly #nonce = randomBytes(4).toString('hex');
  #consumers = 0;

  constructor(access: Access) {
    this.#host = access.host;
    this.#link = new Link(access);
    this.#beats = new Beats(this.#link, liveSubject(access.host));
  }

  get trouble(): string | null {
    return this.#link.trouble;
  }

  /** Asks any replica. The key-value API asks the leader, which hosts are not allowed to. */
  async get(bucket: Bucket, key: string): Promise<Stored<string> | null> {
    const subject = subjectOf(bucket, checkedKey(key));
    return storedOf(await this.#link.request(`$JS.API.DIRECT.GET.${streamOf(bucket)}.${subject}`));
  }

  async list(bucket: Bucket, prefix: string): Promise<ReadonlyMap<string, Entry> | null> {
    checkedPrefix(prefix);
    return listed(this.#link, { bucket, prefix, host: this.#host, name: this.#consumer() });
  }

  async swap(bucket: Bucket, key: string, rev: number, document: string): Promise<Swapped> {
    const expected = headers();
    expected.set('Nats-Expected-Stream', streamOf(bucket));
    expected.set('Nats-Expected-Last-Subject-Sequence', String(rev));
    return swappedOf(await this.#link.request(subjectOf(bucket, checkedKey(key)), document, expected));
  }

  watch(bucket: Bucket, prefix: string, changed: (key: string, entry: Entry) => void): () => void {
    checkedPrefix(prefix);
    if (this.#watches.size >= MOST_WATCHES)
      throw new RangeError(`expected at most ${MOST_WATCHES} watches of one host: list the bucket instead`);
    const watch = new Watch(this.#link, { bucket, prefix, host: this.#host, name: () => this.#consumer(), changed });
    this.#watches.add(watch);
    return () => {
      watch.end();
      this.#watches.delete(watch);
    };
  }

  beat(document: string): void {
    this.#beats.send(document);
  }

  async serverNow(): Promise<number | null> {
    const askedMs = performance.now();
    const info = await this.#info('hosts');
    return info === null ? null : Date.parse(info.ts) + (performance.now() - askedMs) / 2;
  }

  async made(): Promise<string | null> {
    const infos = await Promise.all(COPIED.map((bucket) => this.#info(bucket)));
    return infos.includes(null) ? null : infos.map((info) => info?.created).join(' ');
  }

  onConnection(changed: (isConnected: boolean) => void): () => void {
    return this.#link.onChange((connection) => changed(connection !== null));
  }

  async close(): Promise<void> {
    for (const watch of this.#watches) watch.end();
    this.#watches.clear();
    await this.#link.close();
  }

  async #info(bucket: Bucket): Promise<StreamInfo | null> {
    return answered<StreamInfo>(await this.#link.request(`$JS.API.STREAM.INFO.${streamOf(bucket)}`));
  }

  #consumer(): string {
    this.#consumers += 1;
    return `${keyPart(this.#host)}-${this.#nonce}-${this.#consumers}`;
  }
}
