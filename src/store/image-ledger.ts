import type { DatabaseSync } from 'node:sqlite';
import type { EngineLedger, Gap, KnownImage } from '../core/images/image.ts';
import type { Shift } from '../core/values/watched-time.ts';
import { openDatabase, type ReleaseBallast, withRoom } from './db/database.ts';
import { documents } from './db/rows.ts';
import { StoreError } from './directory/error.ts';
import type { Layout } from './directory/layout.ts';
import { type LeaseHolder, readLease } from './lease/row.ts';

/** When images were last used, per engine: Docker itself does not record it. */
export interface ImageLedgers {
  /** Returns null if nothing is known of this engine yet. */
  read(engine: string): EngineLedger | null;
  /** Replaces an engine's ledger. Throws StoreError if it can't be written. */
  write(ledger: EngineLedger): void;
}

/** Ledgers that live only as long as this process. */
export function memoryLedgers(ledgers: readonly EngineLedger[] = []): ImageLedgers {
  const kept = new Map(ledgers.map((ledger) => [ledger.engine, ledger]));
  return { read: (engine) => kept.get(engine) ?? null, write: (ledger) => void kept.set(ledger.engine, ledger) };
}

/**
 * The ledgers in the state, for the holder of the lease. A power failure may lose the latest
 * writes. Throws StoreError.
 */
export function openImageLedgers(where: Layout, lease: LeaseHolder, releaseBallast: ReleaseBallast): ImageLedgers & { close(): void } {
  const db = openDatabase(where, releaseBallast);
  const known = new Map<string, EngineLedger | null>();
  const read = (engine: string) => {
    if (!known.has(engine)) known.set(engine, readLedger(db, where.database, engine));
    return known.get(engine) ?? null;
  };
  const write = (ledger: EngineLedger) => {
    const before = read(ledger.engine);
    withRoom(where.database, releaseBallast, () => inLease(db, lease, () => writeChanges(db, before, ledger)));
    known.set(ledger.engine, ledger);
  };
  return { read, write, close: () => db.close() };
}

/**
 * Returns what the state knows of an engine. Throws StoreError if it can't be read or holds
 * nonsense.
 */
export function readLedger(db: DatabaseSync, path: string, engine: string): EngineLedger | null {
  const rows = <Row, T>(sql: string, as: (row: Row) => T): T[] => documents(path, () => db.prepare(sql), [engine], as);
  const [row] = rows('SELECT * FROM engines WHERE engine = ?', ({ shifts, ...one }: EngineRow) => ({
    ...one,
    shifts: typeof shifts === 'string' ? (JSON.parse(shifts) as Shift[]) : null,
  }));
  // An image that aged by the wall clock may be younger than it seems, so its ledger starts over.
  if (row === undefined || row.shifts === null) return null;
  const images = rows('SELECT image, first_seen, used, why FROM images WHERE engine = ?', (one: ImageRow): [string, KnownImage] => [
    one.image,
    { firstSeenWall: one.first_seen, use: one.used === null ? null : { wall: one.used, why: one.why } },
  ]);
  const gaps = rows(
    'SELECT since, until, why FROM image_gaps WHERE engine = ? ORDER BY since',
    ({ since, until, why }: GapRow): Gap => ({
      sinceWall: since,
      untilWall: until,
      why,
    }),
  );
  const { endpoint, since, wall, mono, boot, shifts } = row;
  return { engine, endpoint, sinceWall: since, seenAt: { wall, mono, bootId: boot }, images: new Map(images), gaps, shifts };
}

interface EngineRow {
  readonly endpoint: string;
  readonly since: number;
  readonly wall: number;
  readonly mono: number;
  readonly boot: string;
  readonly shifts?: string | null;
}
interface ImageRow {
  readonly image: string;
  readonly first_seen: number;
  readonly used: number | null;
  readonly why: string;
}
interface GapRow {
  readonly since: number;
  readonly until: number;
  readonly why: string;
}

/**
 * Writes only what has changed: of hundreds of thousands of images, either few change at a time, or
 * all dates shift together.
 */
function writeChanges(
  db: DatabaseSync,
  before: EngineLedger | null,
  { engine, endpoint, sinceWall, seenAt, images, gaps, shifts }: EngineLedger,
): void {
  db.prepare('INSERT OR REPLACE INTO engines (engine, endpoint, since, wall, mono, boot, shifts) VALUES (?, ?, ?, ?, ?, ?, ?)').run(
    engine,
    endpoint,
    sinceWall,
    seenAt.wall,
    seenAt.mono,
    seenAt.bootId,
    JSON.stringify(shifts),
  );
  if (before === null) for (const table of ['images', 'image_gaps']) db.prepare(`DELETE FROM ${table} WHERE engine = ?`).run(engine);
  if (images !== before?.images) {
    const forget = db.prepare('DELETE FROM images WHERE engine = ? AND image = ?');
    for (const id of before?.images.keys() ?? []) if (!images.has(id)) forget.run(engine, id);
    const byMs = before === null ? 0 : sinceWall - before.sinceWall;
    if (byMs !== 0) db.prepare('UPDATE images SET first_seen = first_seen + ?, used = used + ? WHERE engine = ?').run(byMs, byMs, engine);
    const changed = [...images].filter(([id, image]) => !isMoved(before?.images.get(id), image, byMs));
    const keep = db.prepare('INSERT OR REPLACE INTO images (engine, image, first_seen, used, why) VALUES (?, ?, ?, ?, ?)');
    // Inserting in the table's order takes a third of the time.
    for (const [id, { firstSeenWall, use }] of changed.sort(([a], [b]) => (a < b ? -1 : 1)))
      keep.run(engine, id, firstSeenWall, use?.wall ?? null, use?.why ?? null);
  }
  if (gaps === before?.gaps) return;
  db.prepare('DELETE FROM image_gaps WHERE engine = ?').run(engine);
  const note = db.prepare('INSERT INTO image_gaps (engine, since, until, why) VALUES (?, ?, ?, ?)');
  for (const { sinceWall: since, untilWall: until, why } of gaps) note.run(engine, since, until, why);
}

/** Dates are sums, and may differ in the last digit. */
const SAME_MS = 1;

/** Whether an image is unchanged except for its dates, which have all moved by `byMs`. */
function isMoved(before: KnownImage | undefined, now: KnownImage, byMs: number): boolean {
  if (before === undefined) return false;
  if (before === now) return byMs === 0;
  const isAt = (was: number, is: number) => Math.abs(is - was - byMs) < SAME_MS;
  if (!isAt(before.firstSeenWall, now.firstSeenWall)) return false;
  if (before.use === null || now.use === null) return before.use === now.use;
  return before.use.why === now.use.why && isAt(before.use.wall, now.use.wall);
}

/** Writes nothing once the lease is lost. */
function inLease(db: DatabaseSync, lease: LeaseHolder, write: () => void): void {
  db.exec('PRAGMA synchronous = NORMAL');
  db.exec('BEGIN IMMEDIATE');
  try {
    const { fence, holder } = readLease(db);
    if (holder === null || fence !== lease.fence)
      throw new StoreError('lease-lost', 'the ledger of images was not written: this watchdog no longer holds the lease');
    write();
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
