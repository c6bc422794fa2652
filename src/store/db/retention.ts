import type { DatabaseSync } from 'node:sqlite';

/**
 * How much of the journal is kept: the newest rows of each run. When the journal grows too long,
 * ended runs lose rows first; when they are old, only how they ended remains.
 */
export interface Limits {
  readonly rowsPerRun: number;
  readonly rowsInAll: number;
  /**
   * Rows that an ended run always keeps, to show how it ended. So the newest row of all is never
   * deleted, and its number is never reused.
   */
  readonly rowsOfEnded: number;
  /**
   * A run that ended this long before the newest row of all keeps only its last row. While nothing
   * happens, nothing ages.
   */
  readonly endedMaxAgeMs: number;
  /** Rows deleted in one go, so that nothing has to wait for long. */
  readonly rowsAtOnce: number;
}

const DAY_MS = 86_400_000;

/** A row takes about 1.1 KB on disk. */
export const LIMITS: Limits = {
  rowsPerRun: 100_000,
  rowsInAll: 300_000,
  rowsOfEnded: 20,
  endedMaxAgeMs: 90 * DAY_MS,
  rowsAtOnce: 1000,
};

/** Rows and runs examined in one search for rows to delete. */
const LOOKS_AT_ONCE = 1000;

interface Victim {
  readonly run: string;
  readonly excess: number;
}

/**
 * Keeps the journal within its limits, one small piece at a time. Rows are counted once; after that
 * the counts are updated.
 */
export class Retention {
  readonly #db: DatabaseSync;
  readonly #limits: Limits;
  #rows: Map<string, number> | null = null;
  #inAll = 0;
  /** Runs with more rows than a single run may have. */
  readonly #long = new Set<string>();
  /** No run up to this one, in order of registration, has rows to spare. */
  #sparedTo = 0;
  /**
   * With this many rows in all, no run had any to spare. Another full search pays off only when
   * many more have been added.
   */
  #nothingSparedAt = 0;
  /** Rows up to this one have been checked for their age. */
  #agedTo = 0;

  constructor(db: DatabaseSync, limits: Limits = LIMITS) {
    this.#db = db;
    this.#limits = limits;
  }

  added(run: string): void {
    if (this.#rows !== null) this.#count(this.#rows, run, 1);
  }

  /** Deletes one piece, inside a transaction. Returns true if more is left to delete. */
  prune(): boolean {
    const rows = this.#rows ?? this.#counted();
    this.#rows = rows;
    let victim = this.#victim(rows);
    for (let left = this.#limits.rowsAtOnce; victim !== null && left > 0; victim = this.#victim(rows)) {
      const deleted = this.#delete(victim.run, Math.min(victim.excess, left));
      this.#count(rows, victim.run, -deleted);
      left -= deleted;
    }
    return victim !== null;
  }

  /** After a failed transaction, the counts may be wrong. */
  forget(): void {
    this.#rows = null;
  }

  /** Deletes the oldest rows of a run and the actions that they decided. */
  #delete(run: string, rows: number): number {
    const { changes } = this.#db
      .prepare('DELETE FROM journal WHERE seq IN (SELECT seq FROM journal WHERE run = ? ORDER BY seq LIMIT ?)')
      .run(run, rows);
    this.#db
      .prepare('DELETE FROM actions WHERE run = ?1 AND settled IS NOT NULL AND seq < (SELECT min(seq) FROM journal WHERE run = ?1)')
      .run(run);
    return Number(changes);
  }

  #count(rows: Map<string, number>, run: string, more: number): void {
    const count = (rows.get(run) ?? 0) + more;
    rows.set(run, count);
    this.#inAll += more;
    if (count > this.#limits.rowsPerRun) this.#long.add(run);
    else this.#long.delete(run);
  }

  #counted(): Map<string, number> {
    [this.#inAll, this.#sparedTo, this.#nothingSparedAt, this.#agedTo] = [0, 0, 0, 0];
    this.#long.clear();
    const rows = new Map<string, number>();
    const found = this.#db.prepare('SELECT run, count(*) AS rows FROM journal GROUP BY run').all() as { run: string; rows: number }[];
    for (const { run, rows: count } of found) this.#count(rows, run, count);
    return rows;
  }

  #victim(rows: ReadonlyMap<string, number>): Victim | null {
    for (const run of this.#long) return { run, excess: (rows.get(run) ?? 0) - this.#limits.rowsPerRun };
    const tooMany = this.#inAll - this.#limits.rowsInAll;
    const isWorthIt = tooMany > 0 && this.#inAll > this.#nothingSparedAt;
    return this.#aged(rows) ?? (isWorthIt ? this.#spare(rows, tooMany) : null);
  }

  /**
   * Returns the first registered ended run with rows to spare. A run that ended since then is found
   * on the next pass, which starts from the beginning.
   */
  #spare(rows: ReadonlyMap<string, number>, tooMany: number): Victim | null {
    const ended = this.#db
      .prepare('SELECT rowid, id FROM runs WHERE active = 0 AND rowid > ? ORDER BY rowid LIMIT ?')
      .all(this.#sparedTo, LOOKS_AT_ONCE) as { rowid: number; id: string }[];
    for (const { rowid, id } of ended) {
      const spare = (rows.get(id) ?? 0) - this.#limits.rowsOfEnded;
      if (spare > 0) return { run: id, excess: Math.min(spare, tooMany) };
      this.#sparedTo = rowid;
    }
    if (ended.length === LOOKS_AT_ONCE) return this.#spare(rows, tooMany);
    this.#sparedTo = 0;
    this.#nothingSparedAt = this.#inAll + this.#limits.rowsAtOnce;
    return null;
  }

  /**
   * Returns an ended run that nobody will ask about any more. Examines the oldest rows of all, each
   * once.
   */
  #aged(rows: ReadonlyMap<string, number>): Victim | null {
    const oldWall = (wallOf(this.#db.prepare(`${WALL} ORDER BY seq DESC LIMIT 1`).get()) ?? 0) - this.#limits.endedMaxAgeMs;
    const oldest = this.#db
      .prepare(`SELECT seq, run, ${AT} AS wall FROM journal WHERE seq > ? ORDER BY seq LIMIT ?`)
      .iterate(this.#agedTo, LOOKS_AT_ONCE) as Iterable<{ seq: number; run: string; wall: number | null }>;
    for (const { seq, run, wall } of oldest) {
      if ((wall ?? 0) >= oldWall) return null;
      const spare = (rows.get(run) ?? 0) - 1;
      if (spare > 0 && this.#hasEndedBefore(run, oldWall)) return { run, excess: spare };
      this.#agedTo = seq;
    }
    return null;
  }

  #hasEndedBefore(run: string, wall: number): boolean {
    const isOver = this.#db.prepare('SELECT 1 FROM runs WHERE id = ? AND active = 0').get(run) !== undefined;
    return isOver && (wallOf(this.#db.prepare(`${WALL} WHERE run = ? ORDER BY seq DESC LIMIT 1`).get(run)) ?? wall) < wall;
  }
}

const AT = "CASE WHEN json_valid(observation) THEN json_extract(observation, '$.at.wall') END";
const WALL = `SELECT ${AT} AS wall FROM journal`;
const wallOf = (row: unknown): number | null => (row as { wall: number | null } | undefined)?.wall ?? null;
