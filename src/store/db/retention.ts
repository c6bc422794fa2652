import type { DatabaseSync } from 'node:sqlite';

/**
 * How much of the journal is kept: the newest rows of each run. Ended runs give way first when it grows too long in all, and shrink to how
 * they ended when they are old.
 */
export interface Limits {
  readonly rowsPerRun: number;
  readonly rowsInAll: number;
  /** What an ended run keeps in any case: how it ended. So the newest row of all is never deleted, and its number never used again. */
  readonly rowsOfEnded: number;
  /** Of a run that ended so long before the newest row of all, only its last row stays. Where nothing happens, nothing grows old. */
  readonly endedMaxAgeMs: number;
  /** Rows that are deleted at once, so that nothing waits for long. */
  readonly rowsAtOnce: number;
}

const DAY_MS = 86_400_000;

/** A row takes about 1.1 KB of the disk. */
export const LIMITS: Limits = {
  rowsPerRun: 100_000,
  rowsInAll: 300_000,
  rowsOfEnded: 20,
  endedMaxAgeMs: 90 * DAY_MS,
  rowsAtOnce: 1000,
};

/** Rows and runs looked at in one search for what may go. */
const LOOKS_AT_ONCE = 1000;

interface Victim {
  readonly run: string;
  readonly excess: number;
}

/** Keeps the journal within its limits, a small piece at a time. Rows are counted once, then the counts are kept. */
export class Retention {
  readonly #db: DatabaseSync;
  readonly #limits: Limits;
  #rows: Map<string, number> | null = null;
  #inAll = 0;
  /** Runs with more rows than one may have. */
  readonly #long = new Set<string>();
  /** Up to this run, in the order of their registration, none has rows to spare. */
  #sparedTo = 0;
  /** With so many rows in all none had; a search of all runs is worth it again when many more have come. */
  #nothingSparedAt = 0;
  /** Up to this row what may go for its age has gone. */
  #agedTo = 0;

  constructor(db: DatabaseSync, limits: Limits = LIMITS) {
    this.#db = db;
    this.#limits = limits;
  }

  added(run: string): void {
    if (this.#rows !== null) this.#count(this.#rows, run, 1);
  }

  /** Inside a transaction: deletes one piece. True: more is left to delete. */
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

  /** After a transaction that failed: what was counted may be wrong. */
  forget(): void {
    this.#rows = null;
  }

  /** The oldest rows of a run, and the actions that they decided. */
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

  /** Of the ended run that was registered first. Whoever ended since is found when all were looked at, from the beginning. */
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

  /** Of an ended run that nobody will ask for any more: the oldest rows of all are looked at, each once. */
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
