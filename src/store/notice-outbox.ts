import type { DatabaseSync } from 'node:sqlite';
import { changedBy, type Notice, type NoticeChanges } from '../core/notices/notice.ts';
import { readable } from './db/rows.ts';

/** All unsettled notices, oldest first: in memory, and stored by `write`. */
export class NoticeOutbox {
  #notices: readonly Notice[];
  readonly #write: (changes: NoticeChanges) => void;

  constructor(notices: readonly Notice[], write: (changes: NoticeChanges) => void) {
    this.#notices = notices;
    this.#write = write;
  }

  get notices(): readonly Notice[] {
    return this.#notices;
  }

  notice(id: string): Notice | null {
    return this.#notices.find((notice) => notice.id === id) ?? null;
  }

  /**
   * Applies the changes and stores them. Its errors are passed on; the changes are applied in
   * memory even so, so that nothing is sent over and over while the disk is full.
   */
  change(changes: NoticeChanges): void {
    if (changes.kept.length + changes.dropped.length === 0) return;
    this.apply(changes);
    this.#write(changes);
  }

  /** Applies changes that were stored together with their origin. */
  apply(changes: NoticeChanges): void {
    this.#notices = changedBy(this.#notices, changes);
  }
}

/** Returns the stored notices, oldest first, without damaged ones. Throws StoreError. */
export function readNotices(db: DatabaseSync, path: string, leftOut: () => void = () => {}): Notice[] {
  const statement = () => db.prepare('SELECT document FROM notices ORDER BY rowid');
  return readable(path, statement, [], ({ document }: { document: string }): Notice => JSON.parse(document), leftOut);
}

/** For the holder of the lease, inside a transaction. */
export function writeNotices(db: DatabaseSync, { kept, dropped }: NoticeChanges): void {
  const keep = db.prepare('INSERT INTO notices (id, document) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET document = excluded.document');
  const drop = db.prepare('DELETE FROM notices WHERE id = ?');
  for (const notice of kept) keep.run(notice.id, JSON.stringify(notice));
  for (const id of dropped) drop.run(id);
}
