import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import type { Layout } from '../../../src/store/directory/layout.ts';
import { putRequest } from '../../../src/store/inbox/put.ts';
import { keepPaused } from '../growth/kept-turn.ts';
import { type Place, place } from '../place.ts';
import { type Row, row } from '../row.ts';
import { SIZE } from '../size.ts';

const BAR_MS = 1000;
const STARTS = 10;
const STARTS_GROWN = 5;

/** From the start of a watchdog with a long history, or with many runs, to the first decision. */
export async function firstDecision(): Promise<readonly Row[]> {
  const bar = { text: `most ≤ ${BAR_MS} ms`, isMet: ({ most }: { most: number }) => most <= BAR_MS };
  const rows = [await starts(SIZE.manyRuns, SIZE.journalRows, STARTS, { bar })];
  for (const runs of SIZE.grown)
    rows.push(await starts(runs, 0, STARTS_GROWN, { growth: { line: 'start → first decision', of: 'runs', at: runs } }));
  return rows;
}

async function starts(runs: number, journalRows: number, count: number, more: Parameters<typeof row>[3]): Promise<Row> {
  const home = place();
  try {
    await keepPaused(home.where, runs);
    if (journalRows > runs) lengthen(home.where, runs, journalRows);
    const times: number[] = [];
    for (let round = 0; round < count; round++) times.push(await start(home, round));
    const past = journalRows > runs ? ` and ${journalRows} journal rows` : '';
    return row(`start with ${runs} ${runs === 1 ? 'run' : 'runs'}${past} → first decision`, 'ms', times, more);
  } finally {
    await home.tearDown();
  }
}

/** Fills the journal of these runs to its length. */
function lengthen(where: Layout, runs: number, journalRows: number): void {
  const db = new DatabaseSync(where.database);
  db.prepare(
    `WITH RECURSIVE past (seq) AS (SELECT ?1 + 1 UNION ALL SELECT seq + 1 FROM past WHERE seq < ?2)
     INSERT INTO journal SELECT past.seq, run, boot, observation, before, after, because, actions, given, events
       FROM past JOIN journal ON journal.seq = 1 + past.seq % ?1`,
  ).run(runs, journalRows);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
}

/** It decides on an operator's request, which it reads after it has looked at every run. */
async function start(home: Place, round: number): Promise<number> {
  const request = { id: randomUUID(), kind: 'operator', run: 'job-0.1', command: { kind: 'pause', because: `again, ${round}` } } as const;
  putRequest(home.where, request);
  const begun = performance.now();
  const child = home.start(['watch']);
  child.stderr?.resume();
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`the watchdog ended before it decided anything: exit status ${code}`)));
  });
  const tookMs = performance.now() - begun;
  child.kill('SIGKILL');
  await new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  return tookMs;
}
