import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import type { Layout } from '../../src/store/directory/layout.ts';
import { awaitReply } from '../../src/store/inbox/await-reply.ts';
import { openReader, type Reader } from '../../src/store/reader.ts';
import { opened, stateDirectory } from '../kit/opened-store.ts';
import { newRunNamed, noting, resuming } from '../kit/samples-of-decisions.ts';

function reading(where: Layout): Reader {
  const reader = openReader(where);
  onTestFinished(() => reader.close());
  return reader;
}

test('a state where nothing was ever stored is empty', () => {
  const reader = reading(stateDirectory());
  expect([reader.runs(), reader.run('a'), reader.history('a'), reader.reply('a'), reader.lease()]).toEqual([[], null, [], null, null]);
});

test('the newest run of each name is returned, by name', async () => {
  const where = stateDirectory();
  const store = await opened(where);
  store.record([
    noting(newRunNamed('b', 1), 1),
    noting(newRunNamed('b', 10), 2),
    noting(newRunNamed('b', 9), 3),
    noting(newRunNamed('a'), 4),
  ]);
  const reader = reading(where);
  expect(reader.runs().map(({ id }) => id)).toEqual(['a.1', 'b.10']);
  expect([reader.run('b')?.id, reader.run('b.9')?.id, reader.run('c')]).toEqual(['b.10', 'b.9', null]);
  expect(reader.lease()).toMatchObject({ pid: 101, fence: 1 });
});

test('history comes in pages, oldest first', async () => {
  const where = stateDirectory();
  const store = await opened(where);
  const [mine, other] = [newRunNamed('mine'), newRunNamed('other')];
  for (let seq = 1; seq <= 20; seq++) store.record([noting(seq % 2 === 0 ? mine : other, seq)]);
  const reader = reading(where);
  const seqs = (wanted?: Parameters<Reader['history']>[1]) => reader.history('mine.1', wanted).map(({ seq }) => seq);
  expect(seqs()).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
  expect(seqs({ limit: 3 })).toEqual([16, 18, 20]);
  expect(seqs({ limit: 3, afterSeq: 0 })).toEqual([2, 4, 6]);
  expect(seqs({ limit: 3, afterSeq: 6 })).toEqual([8, 10, 12]);
  expect(seqs({ afterSeq: 20 })).toEqual([]);
});

test('a reader that pauses while reading delays nobody', async () => {
  const where = stateDirectory();
  const store = await opened(where);
  store.record([noting(newRunNamed('one'), 1)]);
  const resting = new DatabaseSync(where.database, { readOnly: true, timeout: 0 });
  onTestFinished(() => resting.close());
  resting.exec('BEGIN; SELECT * FROM runs');
  const last = () => (resting.prepare('SELECT max(seq) AS seq FROM journal').get() as { seq: number }).seq;
  expect(last()).toBe(1);
  for (let seq = 2; seq <= 1500; seq++) store.record([noting(newRunNamed('one'), seq)]);
  store.record([resuming(newRunNamed('one'), 1501)]);
  store.tidy();
  expect(last()).toBe(1);
  expect(reading(where).history('one.1', { limit: 1 })[0]?.seq).toBe(1501);
});

test('a writer that pauses while writing delays no reader', async () => {
  const where = stateDirectory();
  const store = await opened(where);
  store.record([noting(newRunNamed('one'), 1)]);
  const resting = new DatabaseSync(where.database);
  onTestFinished(() => resting.close());
  resting.exec("BEGIN IMMEDIATE; UPDATE runs SET state = 'failed'");
  expect(reading(where).runs()[0]?.state).toBe('waiting');
});

test('a reply can be awaited before there is any state', async () => {
  const where = stateDirectory();
  const waiting = awaitReply(where, 'q-1', { deadlineMs: 20_000 });
  const store = await opened(where);
  store.record([{ kind: 'refused', reply: { request: 'q-1', accepted: true, message: 'one.1' } }]);
  expect(await waiting).toEqual({ request: 'q-1', accepted: true, message: 'one.1' });
  expect(await awaitReply(where, 'q-2', { deadlineMs: 30 })).toBeNull();
});
