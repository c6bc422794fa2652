import type { Stored, Swapped } from '../core/fleet/lease.ts';

/** What the hosts of a fleet share. Each bucket has keys of one kind. */
export const BUCKETS = ['hosts', 'runs', 'holds', 'probe', 'place', 'notices', 'duty'] as const;
export type Bucket = (typeof BUCKETS)[number];

/** A row of a bucket, and how long ago the engine stored it, by its own clock, in ms. */
export interface Entry extends Stored<string> {
  readonly ageMs: number;
}

/**
 * All that a host asks of the engine of its fleet. An engine that cannot be reached makes nothing
 * throw and nothing wait for longer than `ANSWER_MS` (a list: twice that without a row): the answer
 * is null, or unknown. What is no key, or the beginning of one, throws.
 */
export interface Engine {
  /**
   * Revision 0 and no row if there is none; null if the engine did not answer. It may be an older
   * row than the last one written. One that was deleted by hand keeps its revision.
   */
  get(bucket: Bucket, key: string): Promise<Stored<string> | null>;
  /** The rows whose key begins with this, or null if not all of them could be read. */
  list(bucket: Bucket, prefix: string): Promise<ReadonlyMap<string, Entry> | null>;
  /** Writes the row if the revision is still this one; 0 if there must be none yet. */
  swap(bucket: Bucket, key: string, rev: number, document: string): Promise<Swapped>;
  /**
   * Calls with each change from now on, and returns what ends that. It may be silent for a quarter
   * of a minute after a node of the engine has died, without an error: whoever waits for something
   * reads as well. It may say a change twice. A fourth watch at a time throws.
   */
  watch(bucket: Bucket, prefix: string, changed: (key: string, entry: Entry) => void): () => void;
  /** Says something that is not stored, and that nobody may hear. */
  beat(document: string): void;
  /** The engine's clock, in ms, or null if it did not answer. */
  serverNow(): Promise<number | null>;
  /** When its buckets were made, which tells one engine from another; null if it did not answer. */
  made(): Promise<string | null>;
  /** Calls at once and with each change, and returns what ends that. */
  onConnection(changed: (isConnected: boolean) => void): () => void;
  close(): Promise<void>;
}
