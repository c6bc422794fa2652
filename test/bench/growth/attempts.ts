import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Layout } from '../../../src/store/directory/layout.ts';
import { PROMPTLY } from '../dogwatch.ts';
import { type Place, PROGRAM, place } from '../place.ts';
import { type Row, row } from '../row.ts';
import { SIZE } from '../size.ts';
import { wholeProcess } from '../whole-process.ts';
import { deathsOf, NAME, startTurn } from './kept-turn.ts';

const RUN = `${NAME}.1`;
const of = 'attempts of one run' as const;
const LOG = 'what an agent says\n';

/** One run that was resumed more and more often: how long commands and its next resume take. */
export async function attempts(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const count of SIZE.attempts) rows.push(...(await after(count)));
  return rows;
}

async function after(count: number): Promise<readonly Row[]> {
  const home = place(PROMPTLY);
  try {
    const watchdog = await home.watch();
    const turn = await startTurn(home);
    try {
      await deathsOf(home, turn, 1);
      await home.inState(NAME, 'working');
      await home.kill(watchdog);
      keepPast(home.where, count);
      const look = (name: string, args: readonly string[]) =>
        row(
          `${count} attempts of a run: ${name}`,
          'ms',
          Array.from({ length: SIZE.looks }, () => wholeProcess([PROGRAM, ...args], home.env)),
          { growth: { line: name, of, at: count } },
        );
      const looks = [look('status', ['status', NAME]), look('history', ['history', NAME]), look('logs', ['logs', NAME])];
      const began = await takenOver(home);
      const gaps = await deathsOf(home, turn, SIZE.deathsGrown);
      return [
        ...looks,
        row(`${count} attempts of a run: watchdog started`, 'ms', [began], { growth: { line: 'watchdog started', of, at: count } }),
        row(`${count} attempts of a run: death → resumed`, 'ms', gaps, { growth: { line: 'death → resumed', of, at: count } }),
      ];
    } finally {
      turn.close();
    }
  } finally {
    await home.tearDown();
  }
}

async function takenOver(home: Place): Promise<number> {
  const begun = performance.now();
  await home.watch();
  return performance.now() - begun;
}

/** Adds attempts between those that really were: their logs, and their rows in the journal. */
function keepPast(where: Layout, count: number): void {
  const known = 2;
  for (let number = known + 1; number <= count; number++) {
    const directory = join(where.runs, RUN, 'attempts', String(number));
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(join(directory, 'log'), LOG, { mode: 0o600 });
  }
  const db = new DatabaseSync(where.database);
  const { last, rows } = db.prepare('SELECT max(seq) AS last, count(*) AS rows FROM journal').get() as { last: number; rows: number };
  const copies = Math.ceil((count * rows) / known / rows);
  db.exec('BEGIN');
  db.exec(`WITH RECURSIVE past (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM past WHERE n < ${copies})
     INSERT INTO journal SELECT seq + n * ${last}, run, boot, observation, before, after, because, actions, given, events
       FROM past JOIN journal ON journal.seq <= ${last}`);
  db.prepare("UPDATE runs SET document = json_set(document, '$.tried', ?) WHERE id = ?").run(Math.max(count, known), RUN);
  db.exec('COMMIT');
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
}
