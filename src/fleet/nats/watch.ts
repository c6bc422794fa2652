import { setTimeout as pause } from 'node:timers/promises';
import type { Msg } from '@nats-io/transport-node';
import type { Bucket, Entry } from '../engine.ts';
import { answered, type Delivered, rowOf } from './answer.ts';
import { type Feed, type From, HEARTBEAT_MS, openFeed } from './feed.ts';
import type { Link } from './link.ts';
import { keyOf, streamOf } from './names.ts';
import { pauseMs } from './pause.ts';

/** Two heartbeats were lost. */
const SILENT_MS = 2 * HEARTBEAT_MS + 2000;

interface Stream {
  readonly created: string;
  readonly state: { readonly last_seq: number };
}

export interface Watched {
  readonly bucket: Bucket;
  readonly prefix: string;
  readonly host: string;
  /** A name for each feed that it opens. */
  readonly name: () => string;
  readonly changed: (key: string, entry: Entry) => void;
}

/** Tells of each change from now on, over as many feeds as that takes. */
export class Watch {
  readonly #link: Link;
  readonly #watched: Watched;
  readonly #ended = new AbortController();
  #from: From = 'now';
  #clockMs = 0;
  /** When the stream was made that it follows. */
  #made: string | null = null;

  constructor(link: Link, watched: Watched) {
    this.#link = link;
    this.#watched = watched;
    void this.#keep(AbortSignal.any([this.#ended.signal, link.ended]));
  }

  end(): void {
    this.#ended.abort();
  }

  async #keep(ended: AbortSignal): Promise<void> {
    for (let failures = 0; !ended.aborted; failures += 1) {
      if ((await this.#link.standing(ended)) === null) return;
      if (await this.#follow(ended)) failures = 0;
      await pause(pauseMs(failures), undefined, { signal: ended }).catch(() => {});
    }
  }

  /** Whether it has heard anything. */
  async #follow(ended: AbortSignal): Promise<boolean> {
    const { bucket, prefix, host } = this.#watched;
    const from = await this.#next();
    if (from === null) return false;
    const broken = new AbortController();
    const name = this.#watched.name();
    const delivered = (msg: Msg, one: Delivered) => this.#tell(msg, one);
    const feed = await openFeed(this.#link, { bucket, prefix, host, from, name, delivered, broken: () => broken.abort() });
    if (feed === null) return false;
    const openedMs = performance.now();
    this.#clockMs = feed.clockMs;
    if (from === 'now' && this.#from === 'now') this.#from = { rev: feed.before + 1 };
    await this.#untilSilent(feed, AbortSignal.any([ended, broken.signal]));
    feed.end();
    return feed.heardMs() > openedMs;
  }

  /**
   * Where it goes on, or null if the engine does not answer. One that was made anew, or has lost
   * rows, counts from an older revision: it would be silent until the one awaited.
   */
  async #next(): Promise<From | null> {
    const info = answered<Stream>(await this.#link.request(`$JS.API.STREAM.INFO.${streamOf(this.#watched.bucket)}`));
    if (info === null) return null;
    const isOther = this.#made !== null && info.created !== this.#made;
    const isOlder = typeof this.#from === 'object' && info.state.last_seq + 1 < this.#from.rev;
    if (isOther || isOlder) this.#from = 'all';
    this.#made = info.created;
    return this.#from;
  }

  async #untilSilent(feed: Feed, ended: AbortSignal): Promise<void> {
    const lost = new AbortController();
    const stop = this.#link.onChange((connection) => connection !== feed.connection && lost.abort());
    const over = AbortSignal.any([ended, lost.signal]);
    for (let leftMs = SILENT_MS; leftMs > 0 && !over.aborted; leftMs = feed.heardMs() + SILENT_MS - performance.now())
      await pause(leftMs, undefined, { signal: over, ref: false }).catch(() => {});
    stop();
  }

  #tell(msg: Msg, { rev, atMs }: Delivered): void {
    const { bucket, prefix, changed } = this.#watched;
    if (this.#ended.signal.aborted) return;
    this.#from = { rev: rev + 1 };
    const key = keyOf(bucket, msg.subject);
    if (key.startsWith(prefix)) changed(key, { rev, row: rowOf(msg), ageMs: Math.max(0, this.#clockMs + performance.now() - atMs) });
  }
}
