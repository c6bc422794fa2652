import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Layout } from '../../../src/store/directory/layout.ts';
import { putRequest } from '../../../src/store/inbox/put.ts';
import { beat, lastBeat } from '../../../src/store/lease/heartbeat.ts';
import { openReader } from '../../../src/store/reader.ts';
import { readSnapshot, writeSnapshot } from '../../../src/store/snapshot.ts';
import { openStore } from '../../../src/store/store.ts';
import { leased } from '../../kit/opened-store.ts';
import { newRunNamed, noting, resuming } from '../../kit/samples-of-decisions.ts';
import { fill, smallDisk } from './small.ts';

const none = () => false;
const isFull = expect.objectContaining({ name: 'StoreError', kind: 'full' });

/** Reserves space. The result releases it, once. */
function ballast(where: Layout): () => boolean {
  writeFileSync(where.ballast, Buffer.alloc(512 * 1024, 1));
  return () => {
    const was = existsSync(where.ballast);
    rmSync(where.ballast, { force: true });
    return was;
  };
}

test('on a full disk the ballast makes room for decisions; without it they are refused completely, and continue when there is room', async (context) => {
  const where = smallDisk(context, 'size=3m');
  const lease = await leased(where);
  const store = openStore(where, lease, ballast(where));
  onTestFinished(() => store.close());
  store.record([resuming(newRunNamed('one'), 1)]);
  const filler = fill(where);

  let seq = 1;
  const fillUp = () => {
    for (let tries = 0; tries < 10_000; tries++) {
      store.record([resuming(newRunNamed('one'), seq + 1), noting(newRunNamed('two'), seq + 2)]);
      seq += 2;
    }
  };
  expect(fillUp).toThrow(isFull);
  expect(existsSync(where.ballast)).toBe(false);
  expect(seq).toBeGreaterThan(21);
  const reader = openReader(where);
  expect(reader.history('two.1', { limit: 1 })[0]?.seq).toBe(seq);
  expect(store.unsettled()).toHaveLength(1 + (seq - 1) / 2);

  rmSync(filler);
  store.record([resuming(newRunNamed('one'), seq + 1)]);
  expect(reader.history('one.1', { limit: 1 })[0]?.seq).toBe(seq + 1);
  reader.close();
});

test('on a full disk the state opens only with the ballast', async (context) => {
  const where = smallDisk(context, 'size=3m');
  const lease = await leased(where);
  openStore(where, lease, none).close();
  const release = ballast(where);
  fill(where);
  expect(() => openStore(where, lease, none)).toThrow(isFull);
  const store = openStore(where, lease, release);
  store.record([resuming(newRunNamed('one'), 1)]);
  expect(store.unsettled()).toHaveLength(1);
  store.close();
});

test('without inodes it is the same', async (context) => {
  const where = smallDisk(context, 'size=3m,nr_inodes=20');
  const lease = await leased(where);
  openStore(where, lease, none).close();
  const release = ballast(where);
  expect(() => {
    for (let number = 0; number < 100; number++) writeFileSync(join(where.runs, `${number}`), '');
  }).toThrow(/ENOSPC/);
  expect(() => openStore(where, lease, none)).toThrow(isFull);
  // The ballast is one inode; SQLite needs two.
  rmSync(join(where.runs, '0'));
  openStore(where, lease, release).close();
});

test('on a full disk snapshots and heartbeats are still written and read; a reader and a request say what is wrong', async (context) => {
  const where = smallDisk(context, 'size=3m');
  openStore(where, await leased(where), none).close();
  expect(writeSnapshot(where.snapshot, 'before')).toBeNull();
  fill(where);
  const text = 'all is as it was '.repeat(5000);
  expect(writeSnapshot(where.snapshot, text)).toBeNull();
  expect(readSnapshot(where.snapshot)).toBe(text);
  expect(beat(where, { bootId: 'boot-1', mono: 123_456 })).toBeNull();
  expect(lastBeat(where)).toEqual({ bootId: 'boot-1', mono: 123_456 });
  expect(() => openReader(where)).toThrow(isFull);
  expect(() => putRequest(where, { id: 'r-1', kind: 'operator', run: 'one.1', command: { kind: 'unpause' } })).toThrow(isFull);
  expect(readdirSync(where.inbox)).toEqual([]);
});

test('when nothing can be written, that is reported and nothing changes', async (context) => {
  const where = smallDisk(context, 'size=3m');
  const lease = await leased(where);
  const store = openStore(where, lease, none);
  store.record([resuming(newRunNamed('one'), 1)]);
  const disk = join(where.stateDir, '..');
  store.close();
  execFileSync('mount', ['-o', 'remount,ro', disk]);
  expect(() => openStore(where, lease, () => expect.unreachable())).toThrow(
    expect.objectContaining({ name: 'StoreError', kind: 'unwritable' }),
  );
  expect(() => openReader(where).run('one')).toThrow(expect.objectContaining({ name: 'StoreError', kind: 'unwritable' }));
  execFileSync('mount', ['-o', 'remount,rw', disk]);
  const reader = openReader(where);
  expect(reader.run('one')?.id).toBe('one.1');
  reader.close();
});
