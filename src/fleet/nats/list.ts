import { ANSWER_MS } from '../../core/fleet/times.ts';
import type { Bucket, Entry } from '../engine.ts';
import { rowOf } from './answer.ts';
import { openFeed } from './feed.ts';
import type { Link } from './link.ts';
import { keyOf } from './names.ts';

interface Wanted {
  readonly bucket: Bucket;
  readonly prefix: string;
  readonly host: string;
  readonly name: string;
}

interface Row {
  readonly rev: number;
  readonly row: string | null;
  readonly atMs: number;
}

/** The rows that stand there, or null if they stop coming before the last. */
export async function listed(link: Link, { bucket, prefix, host, name }: Wanted): Promise<ReadonlyMap<string, Entry> | null> {
  const found = new Map<string, Row>();
  const whole = Promise.withResolvers<boolean>();
  const patience = setTimeout(() => whole.resolve(false), 2 * ANSWER_MS);
  const feed = await openFeed(link, {
    ...{ bucket, prefix, host, name, from: 'all' },
    delivered: (msg, { rev, atMs, pending }) => {
      patience.refresh();
      const key = keyOf(bucket, msg.subject);
      if (key.startsWith(prefix)) found.set(key, { rev, row: rowOf(msg), atMs });
      if (pending === 0) whole.resolve(true);
    },
    broken: () => whole.resolve(false),
  });
  const isWhole = feed !== null && (feed.pending === 0 || (await whole.promise));
  clearTimeout(patience);
  feed?.end();
  return isWhole ? aged(found, feed.clockMs + performance.now()) : null;
}

function aged(found: ReadonlyMap<string, Row>, nowMs: number): ReadonlyMap<string, Entry> {
  const entries = [...found].filter(([, { row }]) => row !== null);
  return new Map(entries.map(([key, { rev, row, atMs }]) => [key, { rev, row, ageMs: Math.max(0, nowMs - atMs) }]));
}
