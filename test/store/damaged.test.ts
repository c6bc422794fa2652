import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { problemOf } from '../../src/cli/terminal/problem-of.ts';
import type { ProcessIdentity } from '../../src/core/model/facts.ts';
import { withRoom } from '../../src/store/db/database.ts';
import type { StoreError } from '../../src/store/directory/error.ts';
import type { Layout } from '../../src/store/directory/layout.ts';
import { takeLease } from '../../src/store/lease/lease.ts';
import { openReader } from '../../src/store/reader.ts';
import { openStore } from '../../src/store/store.ts';
import { bootId, identify } from '../../src/system/process/process.ts';
import { leaseDeps, leased, opened, stateDirectory } from '../kit/opened-store.ts';
import { newRunNamed, noting } from '../kit/samples-of-decisions.ts';

const PAGE_BYTES = 4096;

/** Creates a state of some size and closes it, so that all of it is in the one file. */
async function filled() {
  const where = stateDirectory();
  const lease = await leased(where);
  const store = openStore(where, lease, () => false);
  for (let number = 1; number <= 60; number++) store.record([noting(newRunNamed(`run-${number}`), number)]);
  store.close();
  return { where, lease };
}

function inDatabase(where: Layout, sql: string): void {
  const db = new DatabaseSync(where.database);
  db.exec(sql);
  db.close();
}

/** Overwrites the table's root page. */
function garble(where: Layout, table: string): void {
  const db = new DatabaseSync(where.database);
  const { rootpage } = db.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').get(table) as { rootpage: number };
  db.close();
  const bytes = readFileSync(where.database);
  bytes.fill(0xa5, (rootpage - 1) * PAGE_BYTES, rootpage * PAGE_BYTES);
  writeFileSync(where.database, bytes);
}

const damages: [string, StoreError['kind'], (where: Layout) => void][] = [
  ['a file cut in half', 'corrupt', ({ database }) => truncateSync(database, Math.floor(statSync(database).size / 2))],
  ['a file of garbage', 'corrupt', ({ database }) => writeFileSync(database, Buffer.alloc(8192, 'garbage'))],
  ['a page of garbage among the runs', 'corrupt', (where) => garble(where, 'runs')],
  ['a page of garbage in an index', 'corrupt', (where) => garble(where, 'runs_by_name')],
  ['a page of garbage in the lease', 'corrupt', (where) => garble(where, 'lease')],
  ['a newer version', 'newer', (where) => inDatabase(where, 'PRAGMA user_version = 99')],
  ['a database of another program', 'corrupt', (where) => inDatabase(where, 'PRAGMA application_id = 7')],
];

describe('a reader that looks for damage', () => {
  test.each(['runs', 'actions', 'lease', 'replies'])('finds a page of garbage among the %s, as the watchdog does', async (table) => {
    const { where } = await filled();
    const before = openReader(where);
    before.inspect();
    before.close();
    garble(where, table);
    const reader = openReader(where);
    onTestFinished(() => reader.close());
    expect(() => reader.inspect()).toThrow(expect.objectContaining({ kind: 'corrupt', message: expect.stringContaining(where.database) }));
  });
});

describe('a state of an older dogwatch', () => {
  const asOlder = `ALTER TABLE journal DROP COLUMN given; ALTER TABLE journal DROP COLUMN events; ALTER TABLE engines DROP COLUMN shifts; DROP TABLE spend;
     DROP TABLE account_windows; DROP TABLE removed_runs; DROP TABLE fleet_rows; DROP TABLE fleet_outbox; PRAGMA user_version = 5`;
  const held = (where: Layout, { pid, startTicks }: ProcessIdentity) =>
    inDatabase(where, `UPDATE lease SET boot = '${bootId()}', pid = ${pid}, ticks = ${startTicks}, wall = 1, mono = 1`);

  test('is left to its running watchdog, with a message', async () => {
    const { where } = await filled();
    held(where, identify(process.pid)!);
    inDatabase(where, asOlder);
    const message = expect.stringMatching(new RegExp(`older dogwatch.*process ${process.pid}.*watch --replace`));
    expect(() => openReader(where)).toThrow(expect.objectContaining({ kind: 'older', message }));
  });

  test('is not migrated by a watchdog that wants to replace the running one', async () => {
    const { where } = await filled();
    held(where, identify(process.pid)!);
    inDatabase(where, asOlder);
    const version = () => {
      const db = new DatabaseSync(where.database, { readOnly: true });
      onTestFinished(() => db.close());
      return (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
    };
    const deps = leaseDeps({ now: () => ({ wall: 1, mono: 1 }) });
    const taken = await takeLease(where, { ...identify(process.pid)!, pid: 1 }, 60_000, deps);
    expect([taken, version()]).toEqual([expect.objectContaining({ kind: 'held', by: expect.objectContaining({ pid: process.pid }) }), 5]);
    const after = await takeLease(where, { ...identify(process.pid)!, pid: 1 }, 60_000, { ...deps, isAlive: () => false });
    expect([after.kind, version()]).toEqual(['taken', 5]);
    if (after.kind === 'taken') openStore(where, after.lease, () => false).close();
    expect(version()).toBeGreaterThan(5);
  });

  test('is read if nobody holds it', async () => {
    const { where } = await filled();
    held(where, { ...identify(process.pid)!, startTicks: 1 });
    inDatabase(where, asOlder);
    const reader = openReader(where);
    onTestFinished(() => reader.close());
    expect([reader.runs().length, reader.history(reader.run('run-1')?.id ?? '')[0]?.given]).toEqual([60, null]);
  });
});

const GARBAGE = ["'{'", "''", "'null'", "'{}'", "'[]'", '\'{"id":"other.1"}\'', "x'00ff'"];
const FIRST = 'UPDATE %s SET %s = %v WHERE rowid = (SELECT min(rowid) FROM %s)';
const brokenRows: [string, string, string][] = [
  ['runs', 'document', 'the run run-1 (run-1.1)'],
  ['account_holds', 'document', 'what holds the account'],
  ['host', 'document', 'what was known of this machine'],
  ['notices', 'document', 'a notice'],
  ['actions', 'document', 'what became of the action'],
];

describe('one damaged row stops nothing else', () => {
  test.each(GARBAGE)('a run that is %s', async (garbage) => {
    const { where } = await filled();
    inDatabase(where, `UPDATE runs SET document = ${garbage} WHERE name = 'run-7'`);
    const store = await opened(where);
    expect(store.activeRuns()).toHaveLength(59);
    expect([store.run('run-7.1'), store.run('run-8.1')?.name]).toEqual([null, 'run-8']);
    expect(store.tried().has('run-7.1')).toBe(true);
    expect(store.unreadable()).toEqual([expect.stringContaining('the run run-7 (run-7.1)')]);
    const reader = openReader(where);
    onTestFinished(() => reader.close());
    expect([reader.runs().length, reader.newest().unreadable]).toEqual([59, [expect.objectContaining({ id: 'run-7.1', name: 'run-7' })]]);
    expect(() => reader.run('run-7')).toThrow(expect.objectContaining({ kind: 'corrupt', message: expect.stringContaining('run-7') }));
  });

  test.each(brokenRows)('%s', async (table, column, words) => {
    const { where, lease } = await filled();
    inDatabase(
      where,
      `INSERT INTO account_holds VALUES ('a', '[]'); INSERT INTO host VALUES (1, '{}'); INSERT INTO notices VALUES ('n', '{}');
       INSERT INTO actions (id, run, seq, fence, kind, document) VALUES ('run-2.1/1', 'run-2.1', 1, 1, 'end', '{}')`,
    );
    inDatabase(where, FIRST.replaceAll('%s', '#').replace('#', table).replace('#', column).replace('#', table).replace('%v', "'{'"));
    const store = openStore(where, lease, () => false);
    onTestFinished(() => store.close());
    const read = () => [store.activeRuns(), store.accountHolds(), store.host(), store.notices(), store.unsettled()];
    expect(read).not.toThrow();
    expect(store.unreadable()).toEqual([expect.stringContaining(words)]);
    store.record([noting(newRunNamed('after'), 1000)]);
    expect(store.run('after.1')?.name).toBe('after');
  });

  test.each(['observation', 'actions', 'given'])('%s of a row of the journal', async (column) => {
    const { where, lease } = await filled();
    inDatabase(where, `UPDATE journal SET ${column} = '{' WHERE seq = 3`);
    const store = openStore(where, lease, () => false);
    onTestFinished(() => store.close());
    expect(() => store.tidy()).not.toThrow();
    const reader = openReader(where);
    onTestFinished(() => reader.close());
    const rows = reader.history('run-3.1');
    expect([rows.length, reader.leftOut()]).toEqual(column === 'given' ? [1, 0] : [0, 1]);
    expect(reader.history('run-4.1')).toHaveLength(1);
  });
});

describe('refused and left unchanged:', () => {
  test.for(damages)('%s', async ([, kind, damage]) => {
    const { where, lease } = await filled();
    damage(where);
    const before = readFileSync(where.database);
    const refused = { name: 'StoreError', kind, message: expect.stringContaining(where.database) };
    expect(() => openStore(where, lease, () => false)).toThrow(expect.objectContaining(refused));
    expect(readFileSync(where.database).equals(before)).toBe(true);
  });

  test('a state directory below a file', () => {
    const where = stateDirectory();
    const blocked = { ...where, database: `${import.meta.filename}/dogwatch.db` };
    expect(() => openReader(blocked)).toThrow(expect.objectContaining({ message: expect.stringContaining('ENOTDIR') }));
    const lease = { bootId: 'b', pid: 1, startTicks: 1, fence: 1, takenAt: { wall: 0, mono: 0 } };
    expect(() => openStore(blocked, lease, () => false)).toThrow(expect.objectContaining({ kind: 'unwritable' }));
  });
});

test('a garbled lease is neither taken nor read', async () => {
  const { where } = await filled();
  garble(where, 'lease');
  await expect(leased(where)).rejects.toMatchObject({ name: 'StoreError', kind: 'corrupt' });
  const reader = openReader(where);
  expect(() => reader.lease()).toThrow(expect.objectContaining({ kind: 'corrupt' }));
  reader.close();
});

test('a reader refuses garbage and newer state, too', async () => {
  const { where } = await filled();
  inDatabase(where, 'PRAGMA user_version = 99');
  expect(() => openReader(where)).toThrow(expect.objectContaining({ kind: 'newer' }));
  writeFileSync(where.database, Buffer.alloc(8192, 'garbage'));
  expect(() => openReader(where)).toThrow(expect.objectContaining({ kind: 'corrupt' }));
});

test('a writer that does not finish makes it busy, which is temporary and no damage', async () => {
  const { where } = await filled();
  const [writer, other] = [new DatabaseSync(where.database), new DatabaseSync(where.database, { timeout: 0 })];
  writer.exec('BEGIN IMMEDIATE');
  const write = () =>
    withRoom(
      where.database,
      () => false,
      () => other.exec('BEGIN IMMEDIATE'),
    );
  expect(write).toThrow(expect.objectContaining({ kind: 'busy', message: expect.stringContaining('Try again') }));
  expect(write).toThrow(expect.toSatisfy((error) => problemOf(error)?.exitCode === 75));
  writer.close();
  other.close();
});
