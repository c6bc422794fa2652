import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Limits, Retention } from '../../../src/store/db/retention.ts';
import { opened, stateDirectory } from '../../kit/opened-store.ts';
import { newRunNamed, noting, resuming } from '../../kit/samples-of-decisions.ts';

const LIMITS: Limits = { rowsPerRun: 50, rowsInAll: 100, rowsOfEnded: 5, endedMaxAgeMs: 1000, rowsAtOnce: 8 };

/** Writes journals of these lengths; the names say which runs have ended. */
async function journals(lengths: Record<string, number>) {
  const where = stateDirectory();
  const store = await opened(where);
  let seq = 0;
  for (const [name, length] of Object.entries(lengths)) {
    const run = name.startsWith('ended') ? { ...newRunNamed(name), state: 'complete' as const } : newRunNamed(name);
    for (let row = 0; row < length; row++) store.record([noting(run, ++seq)]);
  }
  const db = new DatabaseSync(where.database);
  onTestFinished(() => db.close());
  const rows = () => {
    const found = db.prepare('SELECT run, count(*) AS rows, min(seq) AS oldest FROM journal GROUP BY run ORDER BY oldest').all();
    return Object.fromEntries(found.map(({ run, rows }) => [String(run).slice(0, -2), rows]));
  };
  return { store, db, rows };
}

const stories: [string, Record<string, number>, Record<string, number>][] = [
  ['within the limits nothing is deleted', { ended: 40, living: 50 }, { ended: 40, living: 50 }],
  ['the oldest rows of a long run are deleted', { living: 63 }, { living: 50 }],
  [
    'ended runs lose rows before active ones, the oldest first',
    { ended1: 40, living1: 50, ended2: 30 },
    { ended1: 20, living1: 50, ended2: 30 },
  ],
  [
    'the rows that show how a run ended stay',
    { ended1: 40, ended2: 20, living1: 50, living2: 40 },
    { ended1: 5, ended2: 5, living1: 50, living2: 40 },
  ],
  ['living runs keep theirs', { living1: 50, living2: 50, living3: 50 }, { living1: 50, living2: 50, living3: 50 }],
];

test.for(stories)('%s', async ([, before, after]) => {
  const { db, rows } = await journals(before);
  const retention = new Retention(db, LIMITS);
  let pieces = 0;
  do expect(++pieces).toBeLessThan(100);
  while (retention.prune());
  expect(rows()).toEqual(after);
  expect(new Retention(db, LIMITS).prune()).toBe(false);
});

test('rows added after the count are counted, too', async () => {
  const { store, db, rows } = await journals({ living: 50 });
  const retention = new Retention(db, LIMITS);
  expect(retention.prune()).toBe(false);
  store.record([noting(newRunNamed('living'), 51)]);
  retention.added('living.1');
  retention.prune();
  expect(rows()).toEqual({ living: 50 });
});

test('settled actions are deleted with their rows; others never', async () => {
  const { store, db } = await journals({});
  const run = newRunNamed('living');
  for (let seq = 1; seq <= 60; seq++) store.record([resuming(run, seq)]);
  db.exec("UPDATE actions SET settled = '{}' WHERE seq <> 3");
  const retention = new Retention(db, LIMITS);
  while (retention.prune());
  expect(db.prepare('SELECT seq FROM actions ORDER BY seq LIMIT 2').all()).toMatchObject([{ seq: 3 }, { seq: 11 }]);
});

describe('with age', () => {
  /** One row per ms; the newest of all is `agoMs` younger than the last one before it. */
  async function aged(lengths: Record<string, number>, agoMs: number) {
    const { store, db, rows } = await journals(lengths);
    const last = Object.values(lengths).reduce((sum, length) => sum + length, 0);
    store.record([noting(newRunNamed('newest'), last + agoMs)]);
    const retention = new Retention(db, LIMITS);
    let pieces = 0;
    do expect(++pieces).toBeLessThan(100);
    while (retention.prune());
    return { rows: rows(), db, store };
  }

  test('a run that ended long ago keeps only how it ended', async () => {
    const { rows, db } = await aged({ ended1: 20, living: 20, ended2: 1, ended3: 12 }, 1001);
    expect(rows).toEqual({ ended1: 1, living: 20, ended2: 1, ended3: 1, newest: 1 });
    expect(db.prepare("SELECT max(seq) AS seq FROM journal WHERE run = 'ended1.1'").get()).toEqual({ seq: 20 });
  });

  test('a run that ended recently keeps its rows', async () => {
    expect((await aged({ ended1: 20, living: 20 }, 900)).rows).toEqual({ ended1: 20, living: 20, newest: 1 });
  });

  test('so does one that began long ago and ended recently', async () => {
    const { store, db, rows } = await journals({ ended1: 20 });
    const ended = { ...newRunNamed('ended1'), state: 'complete' as const };
    store.record([noting(ended, 5000)]);
    expect(new Retention(db, LIMITS).prune()).toBe(false);
    expect(rows()).toEqual({ ended1: 21 });
  });

  test('if nothing has happened since, nothing is deleted', async () => {
    const { db, rows } = await journals({ ended1: 40 });
    expect(new Retention(db, LIMITS).prune()).toBe(false);
    expect(rows()).toEqual({ ended1: 40 });
  });
});
