import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { backUp, makeFromBackup } from '../../src/store/backup.ts';
import { corrupt } from '../../src/store/directory/error.ts';
import type { Layout } from '../../src/store/directory/layout.ts';
import { acquireState } from '../../src/store/held-state.ts';
import { damagedAside, noteDamage } from '../../src/store/mend-database.ts';
import { openReader } from '../../src/store/reader.ts';
import { openStore } from '../../src/store/store.ts';
import { leased, stateDirectory } from '../kit/opened-store.ts';
import { newRunNamed, noting } from '../kit/samples-of-decisions.ts';

const OPTIONS = { leaseTimeoutMs: 60_000, ballastBytes: 0 };
const PAGE_BYTES = 4096;

/**
 * Creates a state with `runs`, closed, and one copy for each of these days that has only the run
 * `copied`.
 */
async function kept(...days: string[]): Promise<Layout> {
  const where = stateDirectory();
  const store = openStore(where, await leased(where), () => false);
  store.record([noting(newRunNamed('copied'), 1)]);
  mkdirSync(join(where.stateDir, 'copies'));
  for (const day of days) backUp(where, copyOf(where, day));
  for (let number = 2; number <= 60; number++) store.record([noting(newRunNamed(`later-${number}`), number)]);
  store.close();
  return where;
}

const copyOf = ({ stateDir }: Layout, day: string) => join(stateDir, 'copies', `${day}T03-00-00.backup`);

const namesIn = (where: Layout): readonly string[] => {
  const reader = openReader(where);
  onTestFinished(() => reader.close());
  return reader.runs().map(({ name }) => name);
};

function garble({ database }: Layout, table: string): void {
  const db = new DatabaseSync(database);
  const { rootpage } = db.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').get(table) as { rootpage: number };
  db.close();
  const bytes = readFileSync(database);
  bytes.fill(0xa5, (rootpage - 1) * PAGE_BYTES, rootpage * PAGE_BYTES);
  writeFileSync(database, bytes);
}

async function held(where: Layout) {
  const state = await acquireState(where, OPTIONS);
  if (state.kind !== 'held-by-us') return expect.unreachable();
  state.close();
  return state.putBack;
}

const damages: [string, (where: Layout) => void][] = [
  ['a truncated file', ({ database }) => truncateSync(database, Math.floor(statSync(database).size / 2))],
  ['an empty file', ({ database }) => truncateSync(database, 0)],
  ['no file', ({ database }) => rmSync(database)],
  ['a file of garbage', ({ database }) => writeFileSync(database, Buffer.alloc(8192, 'garbage'))],
  ...['runs', 'runs_by_name', 'lease', 'notices', 'account_holds', 'host'].map((table): [string, (where: Layout) => void] => [
    `a page of garbage in ${table}`,
    (where) => garble(where, table),
  ]),
  ['a lease without a row', ({ database }) => new DatabaseSync(database).exec('DELETE FROM lease')],
  [
    'a page of the journal that a running watchdog found',
    (where) => {
      garble(where, 'journal');
      noteDamage(where, corrupt(where.database, 'a page'));
    },
  ],
];

describe('the newest intact copy replaces', () => {
  test.for(damages)('%s', async ([, damage]) => {
    const where = await kept('2026-03-04', '2026-03-05');
    damage(where);
    const before = existsSync(where.database) ? statSync(where.database).size : null;
    const putBack = await held(where);
    expect(putBack).toMatchObject({ from: copyOf(where, '2026-03-05'), damage: expect.any(String) });
    expect(namesIn(where)).toEqual(['copied']);
    expect(damagedAside(where)).toEqual([putBack]);
    const old = join(putBack?.aside ?? '', 'dogwatch.db');
    expect(existsSync(old) ? statSync(old).size : null).toBe(before);
    expect(statSync(where.database).mode & 0o777).toBe(0o600);
    expect(statSync(putBack?.aside ?? '').mode & 0o777).toBe(0o700);
    if (before !== null) expect(statSync(old).mode & 0o777).toBe(0o600);
    expect([existsSync(where.replacing), existsSync(where.damage), await held(where)]).toEqual([false, false, null]);
  });

  test('a database whose newest copy is damaged, too: the copy before it is used', async () => {
    const where = await kept('2026-03-04', '2026-03-05');
    truncateSync(copyOf(where, '2026-03-05'), 5000);
    garble(where, 'runs');
    expect(await held(where)).toMatchObject({ from: copyOf(where, '2026-03-04') });
  });
});

test.each([
  ['there is no copy', (): void => {}],
  [
    'each copy is damaged',
    (where: Layout) => {
      for (const day of ['2026-03-04', '2026-03-05']) writeFileSync(copyOf(where, day), 'garbage');
    },
  ],
])('%s: the damage is reported, and nothing is touched', async (_, prepare) => {
  const where = await kept();
  prepare(where);
  garble(where, 'runs');
  const { ino } = statSync(where.database);
  await expect(held(where)).rejects.toMatchObject({ kind: 'corrupt' });
  expect(statSync(where.database).ino).toBe(ino);
  expect([existsSync(where.replacing), damagedAside(where)]).toEqual([false, []]);
});

test('a database noted as damaged that is intact stays', async () => {
  const where = await kept('2026-03-05');
  noteDamage(where, corrupt(where.database, 'a page'));
  expect([await held(where), existsSync(where.damage)]).toEqual([null, false]);
});

/** Reproduces what a process killed while replacing the database has done by then. */
function upTo(where: Layout, step: number): void {
  const aside = join(where.stateDir, 'damaged-2026-03-06');
  const inside = (name: string) => join(where.replacing, name);
  const [next, why, unfinished, old] = [
    inside('next.db'),
    inside('why.json'),
    inside('.why.json.1.0123456789ab.new'),
    inside('dogwatch.db'),
  ];
  const steps: (() => void)[] = [
    () => mkdirSync(where.replacing, { mode: 0o700 }),
    () => copyFileSync(copyOf(where, '2026-03-05'), next),
    () => makeFromBackup(where, copyOf(where, '2026-03-05'), next),
    () => writeFileSync(unfinished, JSON.stringify({ from: copyOf(where, '2026-03-05'), aside, damage: 'a page', at: '2026-03-06' })),
    () => renameSync(unfinished, why),
    () => {
      for (const end of ['-wal', '-shm'])
        if (existsSync(`${where.database}${end}`)) renameSync(`${where.database}${end}`, join(where.replacing, `dogwatch.db${end}`));
    },
    () => linkSync(where.database, old),
    () => renameSync(next, where.database),
    () => renameSync(where.replacing, aside),
  ];
  for (const take of steps.slice(0, step)) take();
}

describe('a process that replaced the database was killed', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])(
    'after step %i: the next one finishes with the copy in place and the old one put aside, once',
    async (step) => {
      const where = await kept('2026-03-05');
      garble(where, 'runs');
      const { ino } = statSync(where.database);
      writeFileSync(`${where.database}-wal`, '');
      upTo(where, step);
      await held(where);
      expect(namesIn(where)).toEqual(['copied']);
      const [aside, ...more] = damagedAside(where);
      expect(more).toEqual([]);
      expect(statSync(join(aside?.aside ?? '', 'dogwatch.db')).ino).toBe(ino);
      expect(readdirSync(where.stateDir).filter((name) => name.startsWith('replacing'))).toEqual([]);
    },
  );
});

test('a process that has the damaged database open for writing is named, and nothing is replaced under it', async () => {
  const where = await kept('2026-03-05');
  garble(where, 'runs');
  const { spawn } = await import('node:child_process');
  const child = spawn(process.execPath, [
    '-e',
    `require('fs').openSync(process.argv[1], 'r+'); console.log('open'); setInterval(() => {}, 1000)`,
    where.database,
  ]);
  onTestFinished(() => void child.kill('SIGKILL'));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  await expect(held(where)).rejects.toMatchObject({ kind: 'busy', message: expect.stringContaining(`process ${child.pid}`) });
  expect(damagedAside(where)).toEqual([]);
});
