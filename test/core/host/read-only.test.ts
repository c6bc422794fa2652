import { expect, test } from 'vitest';
import { decideHost } from '../../../src/core/host/decide-host.ts';
import { diskViews } from '../../../src/core/host/disk-view.ts';
import { type Host, NEW_HOST } from '../../../src/core/host/state.ts';
import type { Filesystem } from '../../../src/core/model/disk.ts';
import { disk, MARKS } from '../../kit/core/disks.ts';

let mono = 0;
const other = disk({ device: '2', path: '/home', paths: ['/home'] });

/** The decision about a sample of two disks. */
function seen(host: Host, wished: Partial<Filesystem>, mayAct = true) {
  mono += 1000;
  const fact = { kind: 'disk.sampled', takenMono: mono, isWhole: true, filesystems: [disk(wished), other], unreachable: [] } as const;
  return decideHost(host, { ...fact, seq: mono, at: { wall: mono, mono }, jitter: 0 }, { marks: MARKS, mayAct, recovers: false });
}

test('a disk that has become read-only holds the runs that write there, and no others, until it can be written to', () => {
  const closed = seen(seen(NEW_HOST, {}).host, { isReadOnly: true }).host;
  const because = 'the disk at /work is read-only; nothing is started until it is writable again';
  expect(diskViews(closed)(['/home', '/work']).hold).toEqual({ kind: 'disk', untilWall: null, because });
  expect(diskViews(closed)(['/home']).hold).toBeNull();
  expect(diskViews(seen(closed, {}).host)(['/work']).hold).toBeNull();
});

test('it is recorded and a person is notified, once; and again when it is over', () => {
  const closed = seen(seen(NEW_HOST, {}).host, { isReadOnly: true });
  expect(closed).toMatchObject({ material: true, because: expect.stringContaining('the disk at /work is read-only') });
  expect(closed.actions).toMatchObject([{ kind: 'tell', cause: { about: 'disk', path: '/work', isReadOnly: true }, isOver: false }]);
  const still = seen(closed.host, { isReadOnly: true });
  expect(still).toMatchObject({ material: false, actions: [] });
  expect(seen(still.host, {}).actions).toMatchObject([
    {
      kind: 'tell',
      cause: { about: 'disk', path: '/work', isReadOnly: true },
      because: 'the disk at /work is writable again',
      isOver: true,
    },
  ]);
});

test('a watchdog that begins with it holds the runs, too; one that only observes tells nobody', () => {
  expect(diskViews(seen(NEW_HOST, { isReadOnly: true }).host)(['/work']).hold).not.toBeNull();
  expect(seen(NEW_HOST, { isReadOnly: true }, false).actions).toEqual([]);
});
