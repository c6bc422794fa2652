import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { replayRows } from '../../src/cli/history/replay-rows.ts';
import { ALONE } from '../../src/core/context.ts';
import { decide } from '../../src/core/decide.ts';
import { NO_STREAK, withStreak } from '../../src/core/model/streak.ts';
import { replayed } from '../../src/core/replay.ts';
import { openReader } from '../../src/store/reader.ts';
import { openStore } from '../../src/store/store.ts';
import { leased, stateDirectory } from '../kit/opened-store.ts';

// Rows as builds of that time wrote them, one per line.
const ROWS = readFileSync(new URL('../fixtures/states/before-streak.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { readonly table: string; readonly row: Readonly<Record<string, string | number | null>> });

/** Creates a state directory with what an older build has left in it. */
async function leftBehind() {
  const where = stateDirectory();
  const lease = await leased(where);
  openStore(where, lease, () => false).close();
  const db = new DatabaseSync(where.database);
  for (const { table, row } of ROWS) {
    const columns = Object.keys(row);
    db.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`).run(...Object.values(row));
  }
  db.close();
  return { where, lease };
}

test('what happened in a row before the streak was one record is known', async () => {
  const { where, lease } = await leftBehind();
  const store = openStore(where, lease, () => false);
  const runs = new Map(store.activeRuns().map((run) => [run.name, run]));
  const failure = { signature: expect.any(String), isLasting: false };
  expect(Object.fromEntries([...runs].map(([name, { streak }]) => [name, streak]))).toEqual({
    worn: {
      ...NO_STREAK,
      transients: 2,
      shortDeaths: 6,
      freshStarts: 1,
      noSpaces: 1,
      repeated: { ...failure, count: 1, words: 'ended with status 2, saying "exit 2: cannot read the plan"' },
    },
    starts: {
      ...NO_STREAK,
      shortDeaths: 2,
      startFailures: 2,
      repeated: { ...failure, count: 2, words: 'could not be started: spawn opencode EAGAIN' },
    },
    overlong: { ...NO_STREAK, shortDeaths: 1, overlongTool: 'make' },
    asked: { ...NO_STREAK, notified: ['permission'] },
    handed: NO_STREAK,
    limited: NO_STREAK,
  });
  for (const run of runs.values()) expect(run).not.toHaveProperty('shortDeaths');
  store.close();
});

test('a run of that time continues, and is stored in the present form', async () => {
  const { where, lease } = await leftBehind();
  const store = openStore(where, lease, () => false);
  const run = store.activeRuns().find(({ name }) => name === 'worn')!;
  const at = { wall: run.since.wall + 3_600_000, mono: run.since.mono + 3_600_000 };
  const command = { kind: 'resume', prompt: null } as const;
  const request = { kind: 'operator.requested', run: run.id, request: 'r', command, seq: 1000, at, jitter: 0 } as const;
  const decision = decide(run, request, ALONE);
  expect(decision).toMatchObject({ material: true, run: { excuse: 'operator', streak: NO_STREAK } });
  store.record([decision]);
  store.close();
  const db = new DatabaseSync(where.database);
  const { document } = db.prepare('SELECT document FROM runs WHERE id = ?').get(run.id) as { document: string };
  db.close();
  expect(JSON.parse(document)).toMatchObject({ streak: NO_STREAK });
  expect(withStreak(JSON.parse(document))).toEqual(decision.run);
});

test('its journal replays to the same decisions', async () => {
  const { where } = await leftBehind();
  const reader = openReader(where);
  const runs = reader.runs();
  expect(runs.map(({ name }) => name).sort()).toEqual(['asked', 'handed', 'limited', 'overlong', 'starts', 'worn']);
  for (const run of runs) {
    const rows = [...replayed(replayRows(reader, run.id), run.spec)];
    expect([run.name, rows.filter(({ today }) => today === null).length, rows.filter(({ differs }) => differs === 'decision')]).toEqual([
      run.name,
      0,
      [],
    ]);
  }
  reader.close();
});
