import type { DatabaseSync } from 'node:sqlite';

/** How much of the journal is kept: the newest rows of each run. Ended runs give way first when it grows too long in all. */
export interface Limits {
  readonly rowsPerRun: number;
  readonly rowsInAll: number;
  /** What an ended run keeps in any case: how it ended. So the newest row of all is never deleted, and its number never used again. */
  readonly rowsOfEnded: number;
  /** Rows that are deleted at once, so that nothing waits for long. */
  readonly rowsAtOnce: number;
}

export const LIMITS: Limits = { rowsPerRun: 100_000, rowsInAll: 1_000_000, rowsOfEnded: 100, rowsAtOnce: 1000 };

/** Keeps the journal within its limits, a small piece at a time. Rows are counted once, then the counts are kept. */
export class Retention {
  readonly #db: DatabaseSync;
  readonly #limits: Limits;
  #rows: Map<string, number> | null = null;

  constructor(db: DatabaseSync, limits: Limits = LIMITS) {
    this.#db = db;
    this.#limits = limits;
  }

  added(run: string): void {
    this.#rows?.set(run, (this.#rows.get(run) ?? 0) + 1);
  }

  /** Inside a transaction: deletes one piece. True: more is left to delete. */
  prune(): boolean {
    this.#rows ??= this.#counted();
    const victim = this.#victim(this.#rows);
    if (victim === null) return false;
    const { run, excess } = victim;
    const deleted = this.#db
      .prepare('DELETE FROM journal WHERE seq IN (SELECT seq FROM journal WHERE run = ? ORDER BY seq LIMIT ?)')
      .run(run, Math.min(excess, this.#limits.rowsAtOnce)).changes;
    this.#db
      .prepare('DELETE FROM actions WHERE run = ?1 AND settled IS NOT NULL AND seq < (SELECT min(seq) FROM journal WHERE run = ?1)')
      .run(run);
    this.#rows.set(run, (this.#rows.get(run) ?? 0) - Number(deleted));
    return this.#victim(this.#rows) !== null;
  }

  /** After a transaction that failed: what was counted may be wrong. */
  forget(): void {
    this.#rows = null;
  }

  #counted(): Map<string, number> {
    const rows = this.#db.prepare('SELECT run, count(*) AS rows FROM journal GROUP BY run').all() as { run: string; rows: number }[];
    return new Map(rows.map(({ run, rows }) => [run, rows]));
  }

  #victim(rows: ReadonlyMap<string, number>): { run: string; excess: number } | null {
    let inAll = 0;
    for (const [run, count] of rows) {
      inAll += count;
      if (count > this.#limits.rowsPerRun) return { run, excess: count - this.#limits.rowsPerRun };
    }
    const tooMany = inAll - this.#limits.rowsInAll;
    if (tooMany <= 0) return null;
    const ended = this.#db.prepare('SELECT id FROM runs WHERE active = 0 ORDER BY rowid').iterate() as Iterable<{ id: string }>;
    for (const { id } of ended) {
      const spare = (rows.get(id) ?? 0) - this.#limits.rowsOfEnded;
      if (spare > 0) return { run: id, excess: Math.min(spare, tooMany) };
    }
    return null;
  }
}
