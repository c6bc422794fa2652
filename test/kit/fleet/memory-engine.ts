import type { Stored, Swapped } from '../../../src/core/fleet/lease.ts';
import type { Bucket, Engine, Entry } from '../../../src/fleet/engine.ts';
import { checkedKey, checkedPrefix } from '../../../src/fleet/keys.ts';

interface Row {
  readonly rev: number;
  readonly row: string;
  readonly atMs: number;
}

interface Watcher {
  readonly bucket: Bucket;
  readonly prefix: string;
  readonly changed: (key: string, entry: Entry) => void;
}

const MOST_WATCHES = 3;

/** What several hosts share: an engine in memory. Its faults are those that were seen of real ones. */
export class MemoryEngine {
  readonly rows = new Map<Bucket, Map<string, Row>>();
  readonly beats: string[] = [];
  readonly #now: () => number;
  readonly #connections = new Set<Connection>();
  #rev = 0;
  made = '2026-11-30T00:00:00Z';

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** A connection of one host. */
  connect(): Connection {
    const connection = new Connection(this);
    this.#connections.add(connection);
    return connection;
  }

  get nowMs(): number {
    return this.#now();
  }

  bucket(bucket: Bucket): Map<string, Row> {
    const rows = this.rows.get(bucket) ?? new Map<string, Row>();
    this.rows.set(bucket, rows);
    return rows;
  }

  write(bucket: Bucket, key: string, document: string): number {
    this.#rev += 1;
    const row = { rev: this.#rev, row: document, atMs: this.nowMs };
    this.bucket(bucket).set(key, row);
    for (const connection of this.#connections) connection.hear(bucket, key, { rev: row.rev, row: document, ageMs: 0 });
    return this.#rev;
  }

  /** All that it had is gone, as if it was made anew. */
  wipe(made: string): void {
    this.rows.clear();
    this.made = made;
  }
}

export class Connection implements Engine {
  /** Nothing arrives, and nothing comes back. */
  isCut = false;
  /** A watch says nothing, without an error. */
  isDeaf = false;
  /** The next write is done, and its answer is lost. */
  losesAnswer = false;
  /** The next write is refused, whatever stands there. */
  refuses = false;
  /** Nothing can be read, whatever becomes of a write. */
  isUnreadable = false;
  readonly #engine: MemoryEngine;
  readonly #watchers = new Set<Watcher>();
  readonly #listeners = new Set<(isConnected: boolean) => void>();

  constructor(engine: MemoryEngine) {
    this.#engine = engine;
  }

  cut(isCut: boolean): void {
    this.isCut = isCut;
    for (const listener of this.#listeners) listener(!isCut);
  }

  hear(bucket: Bucket, key: string, entry: Entry): void {
    if (this.isCut || this.isDeaf) return;
    for (const one of this.#watchers) if (one.bucket === bucket && key.startsWith(one.prefix)) one.changed(key, entry);
  }

  async get(bucket: Bucket, key: string): Promise<Stored<string> | null> {
    checkedKey(key);
    if (this.isCut || this.isUnreadable) return null;
    const row = this.#engine.bucket(bucket).get(key);
    return row === undefined ? { rev: 0, row: null } : { rev: row.rev, row: row.row };
  }

  async list(bucket: Bucket, prefix: string): Promise<ReadonlyMap<string, Entry> | null> {
    checkedPrefix(prefix);
    if (this.isCut || this.isUnreadable) return null;
    const found = [...this.#engine.bucket(bucket)].filter(([key]) => key.startsWith(prefix));
    return new Map(found.map(([key, { rev, row, atMs }]) => [key, { rev, row, ageMs: this.#engine.nowMs - atMs }]));
  }

  async swap(bucket: Bucket, key: string, rev: number, document: string): Promise<Swapped> {
    checkedKey(key);
    if (this.isCut) return { kind: 'unknown' };
    const isRefused = this.refuses || (this.#engine.bucket(bucket).get(key)?.rev ?? 0) !== rev;
    this.refuses = false;
    if (isRefused) return { kind: 'refused' };
    const written = this.#engine.write(bucket, key, document);
    const isLost = this.losesAnswer;
    this.losesAnswer = false;
    return isLost ? { kind: 'unknown' } : { kind: 'written', rev: written };
  }

  watch(bucket: Bucket, prefix: string, changed: Watcher['changed']): () => void {
    if (this.#watchers.size >= MOST_WATCHES) throw new RangeError(`expected at most ${MOST_WATCHES} watches of one host`);
    const watcher = { bucket, prefix: checkedPrefix(prefix), changed };
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  beat(document: string): void {
    if (!this.isCut) this.#engine.beats.push(document);
  }

  async serverNow(): Promise<number | null> {
    return this.isCut ? null : this.#engine.nowMs;
  }

  async made(): Promise<string | null> {
    return this.isCut ? null : this.#engine.made;
  }

  onConnection(changed: (isConnected: boolean) => void): () => void {
    this.#listeners.add(changed);
    changed(!this.isCut);
    return () => this.#listeners.delete(changed);
  }

  async close(): Promise<void> {
    this.isCut = true;
    this.#watchers.clear();
    this.#listeners.clear();
  }
}
