import type { DatabaseSync } from 'node:sqlite';

/** Runs that the operator removed: their ids and numbers are never used again. */
export const REMOVED_TABLE = `CREATE TABLE removed_runs (
     id TEXT PRIMARY KEY, name TEXT NOT NULL, generation INTEGER NOT NULL, wall REAL NOT NULL) WITHOUT ROWID;
   CREATE INDEX removed_runs_by_name ON removed_runs (name, generation);`;

/**
 * Deletes a run and all that refers to it, inside a transaction. What it spent stays in the ledger,
 * as days are added up from it.
 */
export const removalStatements = (db: DatabaseSync) => {
  const note = db.prepare(
    'INSERT INTO removed_runs (id, name, generation, wall) SELECT id, name, generation, ?2 FROM runs WHERE id = ?1 ON CONFLICT DO NOTHING',
  );
  const deletions = ['actions WHERE run = ?', 'journal WHERE run = ?', 'runs WHERE id = ?'].map((what) =>
    db.prepare(`DELETE FROM ${what}`),
  );
  const ids = db.prepare('SELECT id FROM removed_runs');
  return {
    remove: (run: string, wall: number): void => {
      note.run(run, wall);
      for (const deletion of deletions) deletion.run(run);
    },
    removed: (): ReadonlySet<string> => new Set((ids.all() as { id: string }[]).map(({ id }) => id)),
  };
};
