import { setTimeout as pause } from 'node:timers/promises';
import type { Msg } from '@nats-io/transport-node';
import type { Bucket, Entry } from '../engine.ts';
import { type Delivered, rowOf } from './answer.ts';
import { type Feed, type From, HEARTBEAT_MS, openFeed } from './feed.ts';
import type { Link } from './link.ts';
import { keyOf } from './names.ts';
import { pauseMs } from './pause.ts';

/** Two heartbeats were lost. */
const SILENT_MS = 2 * HEARTBEAT_MS + 2000;
const LOOK_MS = 1000;

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
    const from = this.#from;
    const broken = new AbortController();
    const name = this.#watched.name();
    const delivered = (msg: Msg, one: Delivered) => this.#tell(msg, one);
    const feed = await openFeed(this.#link, { bucket, prefix, host, from, name, delivered, broken: () => broken.abort() });
    if (feed === null) return false;
    const openedMs = performance.now();
    try {
      this.#clockMs = feed.clockMs;
      // The revisions of an engine that was rolled back or made anew begin before the one awaited.
      if (typeof from === 'object' && feed.before + 1 < from.rev) {
        this.#from = 'all';
        return true;
      }
      if (from === 'now') this.#from = { rev: feed.before + 1 };
      await this.#untilSilent(feed, AbortSignal.any([ended, broken.signal]));
    } finally {
      feed.end();
    }
    return feed.heardMs() > openedMs;
  }

  async #untilSilent(feed: Feed, ended: AbortSignal): Promise<void> {
    const { connection } = this.#link;
    while (!ended.aborted && this.#link.connection === connection && performance.now() - feed.heardMs() < SILENT_MS)
      await pause(LOOK_MS, undefined, { signal: ended, ref: false }).catch(() => {});
  }

  #tell(msg: Msg, { rev, atMs }: Delivered): void {
    const { bucket, prefix, changed } = this.#watched;
    if (this.#ended.signal.aborted) return;
    this.#from = { rev: rev + 1 };
    const key = keyOf(bucket, msg.subject);
    if (key.startsWith(prefix)) changed(key, { rev, row: rowOf(msg), ageMs: Math.max(0, this.#clockMs + performance.now() - atMs) });
  }
}
