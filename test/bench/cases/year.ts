import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Layout } from '../../../src/store/directory/layout.ts';
import { acquireState } from '../../../src/store/held-state.ts';
import { type Story, working, worksAndExits } from '../../kit/core/world.ts';
import { PROGRAM, place } from '../place.ts';
import { type Row, row } from '../row.ts';
import { SIZE } from '../size.ts';
import { wholeProcess } from '../whole-process.ts';

const of = 'journal rows' as const;
const YEAR_MS = 365 * 86_400_000;

/**
 * A journal of many ended runs, as after a year of use: its size on disk, and the time that
 * commands take to read it and to start with it.
 */
export async function year(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const journalRows of SIZE.years) rows.push(...(await grown(journalRows)));
  return rows;
}

async function grown(journalRows: number): Promise<readonly Row[]> {
  const home = place();
  try {
    await keepPast(home.where, journalRows);
    const MB = () => statSync(home.where.database).size / 1e6;
    const look = (name: string, args: readonly string[]) =>
      row(
        `${journalRows} journal rows: ${name}`,
        'ms',
        Array.from({ length: SIZE.looks }, () => wholeProcess([PROGRAM, ...args], home.env)),
        { growth: { line: name, of, at: journalRows } },
      );
    const size = [MB()];
    const before = [look('status', ['status']), look('history of a run', ['history', 'job-1']), await beginning(home.where, journalRows)];
    const state = await held(home.where);
    const begun = performance.now();
    let pieces = 0;
    let longestMs = 0;
    for (let more = true; more; pieces++) {
      const piece = performance.now();
      more = state.store.tidy();
      longestMs = Math.max(longestMs, performance.now() - piece);
    }
    const tidiedMs = performance.now() - begun;
    state.close();
    size.push(MB());
    const note = `${size.map((megabytes) => megabytes.toFixed(0)).join(' MB, tidied ')} MB; ${pieces} pieces`;
    return [
      row(`${journalRows} journal rows: database`, 'MB', [size[0] ?? 0], { note }),
      ...before,
      row(`${journalRows} journal rows: tidied up in all`, 'ms', [tidiedMs], { growth: { line: 'tidied up in all', of, at: journalRows } }),
      row(`${journalRows} journal rows: longest piece of that`, 'ms', [longestMs], {
        growth: { line: 'longest piece of that', of, at: journalRows },
      }),
    ];
  } finally {
    await home.tearDown();
  }
}

/** From the lease to a usable store. */
async function beginning(where: Layout, journalRows: number): Promise<Row> {
  const times: number[] = [];
  for (let round = 0; round < SIZE.looks; round++) {
    const begun = performance.now();
    const state = await held(where);
    state.store.activeRuns();
    times.push(performance.now() - begun);
    state.close();
  }
  return row(`${journalRows} journal rows: state taken over`, 'ms', times, { growth: { line: 'state taken over', of, at: journalRows } });
}

async function held(where: Layout) {
  const state = await acquireState(where, { leaseTimeoutMs: 60_000, ballastBytes: 0 });
  if (state.kind === 'held-by-other') throw new Error(`expected a state of its own, it is held by process ${state.by.pid}`);
  return state;
}

/** A night's run: nine attempts, then done. */
function night(): Story {
  const story = working({ name: 'job-0' });
  for (let attempt = 0; attempt < 8; attempt++) {
    worksAndExits(story, 1);
    story.gathered({ head: `c0ffee${attempt}` });
    story.started();
    story.says();
  }
  story.claims('done', 'all packages are upgraded');
  story.exits(0);
  return story;
}

/** One recorded night; the others are copies of its rows with other names and numbers. */
async function keepPast(where: Layout, journalRows: number): Promise<void> {
  const state = await held(where);
  state.store.record(night().decisions);
  state.close();
  const db = new DatabaseSync(where.database);
  const { rows, run } = db.prepare('SELECT count(*) AS rows, max(run) AS run FROM journal').get() as { rows: number; run: string };
  const { seqs } = db.prepare('SELECT max(seq) AS seqs FROM journal').get() as { seqs: number };
  const nights = Math.ceil(journalRows / rows);
  db.exec('BEGIN');
  const numbers = `WITH RECURSIVE night (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM night WHERE n < ${nights - 1})`;
  // Ten names, each used again and again.
  db.exec(`${numbers} INSERT INTO runs SELECT 'job-' || (n % 10) || '.' || (n / 10 + 2), 'job-' || (n % 10), n / 10 + 2, state, active, document
     FROM night JOIN runs ON runs.id = '${run}'`);
  db.exec(`${numbers} INSERT INTO journal SELECT seq + n * ${seqs}, 'job-' || (n % 10) || '.' || (n / 10 + 2), boot,
     json_set(observation, '$.at.wall', json_extract(observation, '$.at.wall') + n * ${Math.round(YEAR_MS / nights)}), before, after, because,
     actions, given, events FROM night JOIN journal ON journal.run = '${run}'`);
  db.exec(`${numbers} INSERT INTO actions SELECT id || '/' || n, 'job-' || (n % 10) || '.' || (n / 10 + 2), seq + n * ${seqs}, fence, kind, document,
     coalesce(settled, '{}') FROM night JOIN actions ON actions.run = '${run}'`);
  db.exec('COMMIT');
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
}
