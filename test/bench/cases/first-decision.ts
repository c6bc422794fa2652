import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import type { Run } from '../../../src/core/model/run.ts';
import type { Layout } from '../../../src/store/directory/layout.ts';
import { acquireState } from '../../../src/store/held-state.ts';
import { putRequest } from '../../../src/store/inbox/put.ts';
import { newRunNamed, noting } from '../../kit/samples-of-decisions.ts';
import { type Place, place } from '../place.ts';
import { type Row, row } from '../row.ts';
import { SIZE } from '../size.ts';

const BAR_MS = 1000;
const STARTS = 10;

/** From the start of a watchdog with a long history to the first decision that it prints. */
export async function firstDecision(): Promise<readonly Row[]> {
  const home = place();
  try {
    await keepPast(home.where);
    const times: number[] = [];
    for (let round = 0; round < STARTS; round++) times.push(await start(home, round));
    const bar = { text: `most ≤ ${BAR_MS} ms`, isMet: ({ most }: { most: number }) => most <= BAR_MS };
    const what = `start with ${SIZE.manyRuns} runs and ${SIZE.journalRows} journal rows → first decision`;
    return [row(what, 'ms', times, { bar })];
  } finally {
    await home.tearDown();
  }
}

/**
 * Runs that the operator paused, so that nothing is started, and their journal, which SQL fills to
 * its length.
 */
async function keepPast(where: Layout): Promise<void> {
  const state = await acquireState(where, { leaseTimeoutMs: 60_000, ballastBytes: 0 });
  if (state.kind === 'held-by-other') throw new Error(`expected a state of its own, it is held by process ${state.by.pid}`);
  const runs = Array.from({ length: SIZE.manyRuns }, (_, index) => paused(`job-${index}`));
  state.store.record(runs.map((run, index) => noting(run, index + 1)));
  state.close();
  const db = new DatabaseSync(where.database);
  db.prepare(
    `WITH RECURSIVE past (seq) AS (SELECT ?1 + 1 UNION ALL SELECT seq + 1 FROM past WHERE seq < ?2)
     INSERT INTO journal SELECT past.seq, run, boot, observation, before, after, because, actions, given, events
       FROM past JOIN journal ON journal.seq = 1 + past.seq % ?1`,
  ).run(runs.length, SIZE.journalRows);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
}

function paused(name: string): Run {
  const at = { wall: 1, mono: 1 };
  const because = 'paused for the night';
  return { ...newRunNamed(name), state: 'held', because, paused: { because, at }, holds: [{ kind: 'operator', untilWall: null, because }] };
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
