import type { DatabaseSync } from 'node:sqlite';
import type { Notice, NoticeChanges } from '../core/notices/notice.ts';
import { readable } from './db/rows.ts';

/** All unsettled notices, oldest first: in memory, and stored by `write`. */
export class NoticeOutbox {
  readonly #notices: Map<string, Notice>;
  readonly #write: (changes: NoticeChanges) => void;

  constructor(notices: readonly Notice[], write: (changes: NoticeChanges) => void) {
    this.#notices = new Map(notices.map((notice) => [notice.id, notice]));
    this.#write = write;
  }

  get notices(): readonly Notice[] {
    return [...this.#notices.values()];
  }

  notice(id: string): Notice | null {
    return this.#notices.get(id) ?? null;
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
  apply({ kept, dropped }: NoticeChanges): void {
    for (const notice of kept) this.#notices.set(notice.id, notice);
    for (const id of dropped) this.#notices.delete(id);
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
