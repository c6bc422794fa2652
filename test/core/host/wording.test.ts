import { describe, expect, test } from 'vitest';
import { decideHost, type HostDecision } from '../../../src/core/host/decide-host.ts';
import { diskViews } from '../../../src/core/host/disk-view.ts';
import { type Effort, REST_MS, TROUBLED_REST_MS } from '../../../src/core/host/effort.ts';
import type { OutbreakState } from '../../../src/core/host/outbreak.ts';
import { type Host, NEW_HOST } from '../../../src/core/host/state.ts';
import type { DevicePressure } from '../../../src/core/model/disk.ts';
import type { HostFact, ReclaimOutcome, ReclaimStepOutcome } from '../../../src/core/model/host.ts';
import { Disks, disk, GIB } from '../../kit/core/disks.ts';
import { HOUR, MARKS, MINUTE, SECOND } from '../../kit/core/world.ts';

const AT = { wall: 1_800_000_000_000, mono: HOUR };
const decided = (host: Host, fact: HostFact, mayAct = true): HostDecision =>
  decideHost(host, { ...fact, seq: 9, at: AT, jitter: 0 }, { marks: MARKS, mayAct, recovers: false });
const finished = (host: Host, outcome: ReclaimOutcome, mayAct = true) =>
  decided(host, { kind: 'reclaim.finished', action: 'a', outcome }, mayAct);
const sampled = (host: Host, fact: Partial<HostFact> = {}) =>
  decided(host, { kind: 'disk.sampled', takenMono: AT.mono, isWhole: true, filesystems: [], unreachable: [], ...fact } as HostFact);

const NOT_YET: Effort = { path: '/work', resting: {}, freed: {}, largest: [], told: false, exhaustedUntilMono: null };
const freeing = (effort: Partial<Effort> = {}): Host => ({
  ...NEW_HOST,
  pending: { id: 'a', device: '1' },
  efforts: { '1': { ...NOT_YET, ...effort } },
});
const step = (patch: Partial<ReclaimStepOutcome> = {}): ReclaimStepOutcome => ({
  reclaimer: 'images',
  removed: 2,
  claimedBytes: GIB,
  measuredBytes: 3 * GIB,
  measuredInodes: null,
  problem: null,
  ...patch,
});
const done = (steps: readonly ReclaimStepOutcome[], patch: object = {}): ReclaimOutcome => ({
  kind: 'reclaimed',
  steps,
  others: [],
  isEnough: false,
  largest: [],
  ...patch,
});

describe('what freeing space has brought, in words', () => {
  test.each<[string, ReclaimOutcome, because: string]>([
    ['nothing was there to do it', done([], { isEnough: true }), 'no reclaimer can free space there'],
    ['it failed', { kind: 'failed', because: 'EIO' }, 'freeing space failed: EIO'],
    ['one', done([step()]), 'images removed 2 and freed 3 GiB'],
    ['what cannot be measured is believed', done([step({ measuredBytes: null })]), 'images removed 2 and freed 1 GiB'],
    [
      'what grew meanwhile is not less than nothing',
      done([step({ measuredBytes: -1 })], { isEnough: true }),
      'images removed 2 and freed 0 bytes',
    ],
    ['with inodes', done([step({ measuredInodes: 7 })]), 'images removed 2 and freed 3 GiB and 7 inodes'],
    ['and none', done([step({ measuredInodes: -7 })]), 'images removed 2 and freed 3 GiB and 0 inodes'],
    ['with a problem', done([step({ problem: 'no answer' })]), 'images removed 2 and freed 3 GiB (no answer)'],
    ['two', done([step(), step({ reclaimer: 'logs' })]), 'images removed 2 and freed 3 GiB, logs removed 2 and freed 3 GiB'],
  ])('%s', (_, outcome, because) => expect(finished(freeing(), outcome, false)).toMatchObject({ because, material: true, actions: [] }));
});

describe('what is remembered', () => {
  const kept = (effort: Partial<Effort>, outcome: ReclaimOutcome): Effort | undefined =>
    finished(freeing(effort), outcome, false).host.efforts['1'];

  test('all that was tried, and what it brought', () => {
    const freed = { images: { tries: 1, bytes: GIB, problem: 'no answer' } };
    expect(kept({ freed }, done([step(), step({ reclaimer: 'logs', measuredBytes: -1 })]))?.freed).toEqual({
      images: { tries: 2, bytes: 4 * GIB, problem: null },
      logs: { tries: 1, bytes: 0, problem: null },
    });
    expect(kept({}, done([step({ measuredBytes: null, claimedBytes: 5 })]))?.freed).toEqual({
      images: { tries: 1, bytes: 5, problem: null },
    });
  });

  const rests = { logs: AT.mono + MINUTE };
  test.each<[string, Partial<Effort>, ReclaimOutcome, resting: Effort['resting'], forMs: number | null]>([
    ['freed', {}, done([step()]), {}, null],
    ['nothing: it rests, and nothing is left', {}, done([step({ measuredBytes: 0 })]), { images: AT.mono + REST_MS }, REST_MS],
    ['less than nothing', {}, done([step({ measuredBytes: -1 })]), { images: AT.mono + REST_MS }, REST_MS],
    [
      'nothing that it claims, and nobody can measure it',
      {},
      done([step({ measuredBytes: null, claimedBytes: 0 })]),
      { images: AT.mono + REST_MS },
      REST_MS,
    ],
    ['inodes', {}, done([step({ measuredBytes: 0, measuredInodes: 1 })]), {}, null],
    ['no inodes', {}, done([step({ measuredBytes: 0, measuredInodes: 0 })]), { images: AT.mono + REST_MS }, REST_MS],
    [
      'for a problem: it rests for a while',
      {},
      done([step({ measuredBytes: 0, problem: 'so' })]),
      { images: AT.mono + TROUBLED_REST_MS },
      TROUBLED_REST_MS,
    ],
    ['and it was enough', {}, done([step({ measuredBytes: 0 })], { isEnough: true }), { images: AT.mono + REST_MS }, null],
    ['and another is left', {}, done([step({ measuredBytes: 0 })], { others: ['logs'] }), { images: AT.mono + REST_MS }, null],
    [
      'and another rests',
      { resting: rests },
      done([step({ measuredBytes: 0 })], { others: ['logs'] }),
      { ...rests, images: AT.mono + REST_MS },
      MINUTE,
    ],
    [
      'and another has rested',
      { resting: { logs: AT.mono } },
      done([step({ measuredBytes: 0 })], { others: ['logs'] }),
      { images: AT.mono + REST_MS },
      null,
    ],
    ['one of two', {}, done([step({ measuredBytes: 0 }), step({ reclaimer: 'logs' })]), { images: AT.mono + REST_MS }, null],
    ['it failed as a whole', { resting: rests }, { kind: 'failed', because: 'EIO' }, rests, TROUBLED_REST_MS],
    ['somebody else was at it', { resting: rests, exhaustedUntilMono: 1 }, { kind: 'abandoned', because: 'so' }, rests, null],
  ])('%s', (_, effort, outcome, resting, forMs) =>
    expect(kept(effort, outcome)).toMatchObject({ resting, exhaustedUntilMono: forMs === null ? null : AT.mono + forMs }),
  );

  test('of a filesystem that is not under pressure any more: nothing', () => {
    const host: Host = { ...freeing(), efforts: {} };
    expect(finished(host, done([step()])).host).toEqual({ ...host, pending: null });
  });

  test('of another reclaim: nothing at all', () => {
    const host = { ...freeing(), pending: { id: 'b', device: '1' } };
    expect(finished(host, done([step()]))).toMatchObject({ host, because: '', material: false, actions: [] });
    expect(finished(NEW_HOST, done([step()]))).toMatchObject({ host: NEW_HOST, because: '', material: false, actions: [] });
  });
});

/** The state of a filesystem of 1000 GiB after these measurements. */
function pressure(availableGib: number, looks = 3): Host['pressure'] {
  const disks = new Disks();
  disks.mono = AT.mono - looks * 15 * SECOND;
  for (let look = 0; look < looks; look++) disks.after(15, [disk({ availableBytes: availableGib * GIB })]);
  return disks.state;
}
const EXHAUSTED = { exhaustedUntilMono: AT.mono + HOUR };

describe('what a person is notified of about a disk', () => {
  test('what was tried, and what takes the space', () => {
    const freed = { images: { tries: 1, bytes: GIB, problem: null }, logs: { tries: 2, bytes: 0, problem: 'EACCES' } };
    const host: Host = {
      ...NEW_HOST,
      pressure: pressure(3),
      efforts: { '1': { ...NOT_YET, ...EXHAUSTED, freed, largest: ['9 GiB /work/a'] } },
    };
    const { actions, host: after } = finished(host, done([]));
    const now = host.pressure.devices[0]?.because;
    expect(now).toMatch(/./);
    expect(actions).toEqual([
      {
        kind: 'tell',
        id: 'host/9/1',
        cause: { about: 'disk', path: '/work', isReadOnly: false },
        because: `the disk at /work is short of space (${now}), and nothing more can be freed; most is used by 9 GiB /work/a`,
        tried: ['images: freed 1 GiB in one try', 'logs: freed 0 bytes in 2 tries (EACCES)', 'takes space: 9 GiB /work/a'],
        isOver: false,
      },
    ]);
    expect(after.efforts['1']?.told).toBe(true);
    expect(finished(after, done([])).actions).toEqual([]);
  });

  test('of each that nothing can be freed of, by its own name', () => {
    const [device] = pressure(3).devices as [DevicePressure];
    const devices = [{ ...device, device: '2', because: 'other' }, device];
    const efforts = {
      '1': { ...NOT_YET, ...EXHAUSTED },
      '2': { ...NOT_YET, ...EXHAUSTED, path: '/b' },
      '3': { ...NOT_YET, ...EXHAUSTED, path: '/gone' },
      '4': { ...NOT_YET, path: '/d' },
    };
    const { actions, host } = finished({ ...NEW_HOST, pressure: { ...pressure(3), devices }, efforts }, done([]));
    expect(actions.map(({ because }) => because)).toEqual([
      `the disk at /work is short of space (${device.because}), and nothing more can be freed`,
      'the disk at /b is short of space (other), and nothing more can be freed',
      'the disk at /gone is short of space (), and nothing more can be freed',
    ]);
    expect(Object.values(host.efforts).map(({ told }) => told)).toEqual([true, true, true, false]);
  });

  test('that it is over, if it was reported', () => {
    const efforts = { '1': { ...NOT_YET, told: true }, '2': { ...NOT_YET, path: '/b' } };
    const { actions, host } = sampled(
      { ...NEW_HOST, efforts },
      { filesystems: [disk(), disk({ device: '2', path: '/b', paths: ['/b'] })] },
    );
    expect(actions).toEqual([
      {
        kind: 'tell',
        id: 'host/9/over//work',
        cause: { about: 'disk', path: '/work', isReadOnly: false },
        because: 'the disk at /work has enough space again',
        tried: [],
        isOver: true,
      },
    ]);
    expect(host.efforts).toEqual({});
  });

  test.each<[string, availableGib: number, told: boolean]>([
    ['critical', 3, false],
    ['low for less than the grace', 10, false],
    ['well', 500, true],
  ])('that it is over, not while it is %s', (_, availableGib, isOver) => {
    const { actions, host } = sampled(
      { ...NEW_HOST, efforts: { '1': { ...NOT_YET, told: true } } },
      { filesystems: [disk({ availableBytes: availableGib * GIB }), disk({ device: '2', path: '/b', paths: ['/b'] })] },
    );
    expect(actions.filter(({ kind }) => kind === 'tell')).toHaveLength(isOver ? 1 : 0);
    expect(Object.keys(host.efforts)).toEqual(isOver ? [] : ['1']);
  });

  test('that it cannot be measured, and that it can again', () => {
    const known = sampled(NEW_HOST, { filesystems: [disk()] }).host;
    const lost = sampled(known, { unreachable: [{ path: '/work', because: 'ESTALE' }] });
    expect(lost.because).toBe("the disk at /work can't be measured: ESTALE");
    expect(sampled(lost.host, { filesystems: [disk()] }).because).toBe('the disk at /work can be measured again');
  });
});

test('an outbreak is reported with the rest', () => {
  const outbreak = { fromMono: 0, beganMono: 0, untilMono: AT.mono + MINUTE, because: 'many died', told: false };
  const common: OutbreakState = { deaths: [], outbreak };
  const { actions, host, because } = sampled({ ...NEW_HOST, common }, { filesystems: [disk()] });
  expect(actions).toEqual([
    {
      kind: 'tell',
      id: 'host/9/common-cause',
      cause: { about: 'outbreak' },
      tried: [],
      isOver: false,
      because: expect.stringContaining('many died'),
    },
  ]);
  expect(because).toBe(actions[0]?.because);
  expect(host.common.outbreak?.told).toBe(true);
  expect(sampled(host, { filesystems: [disk()] })).toMatchObject({ actions: [], host: { common: host.common } });
  expect(decided({ ...NEW_HOST, common }, { kind: 'reclaim.finished', action: 'a', outcome: done([]) }, false)).toMatchObject({
    actions: [],
    host: { common },
  });
});

describe('when space is freed', () => {
  const critical = pressure(3);
  const reclaims = (efforts: Host['efforts']) => sampledAgain({ ...NEW_HOST, pressure: critical, efforts });
  const sampledAgain = (host: Host) => sampled(host, { filesystems: [disk({ availableBytes: 3 * GIB })] }).actions;

  test.each<[string, Partial<Effort>, without: readonly string[] | null]>([
    ['for the first time', {}, []],
    ['again, without those that rest', { resting: { logs: AT.mono + 1, images: AT.mono } }, ['logs']],
    ['not before something has rested', { exhaustedUntilMono: AT.mono + 1, told: true }, null],
    ['and then', { exhaustedUntilMono: AT.mono, told: true }, []],
  ])('%s', (_, effort, without) => {
    const because = expect.stringMatching(/^freeing space at \/work: ./);
    const reclaim = { kind: 'reclaim', id: 'host/9', device: '1', path: '/work', untilInodes: 0, without, because };
    expect(reclaims({ '1': { ...NOT_YET, ...effort } })).toEqual(
      without === null ? [] : [{ ...reclaim, untilBytes: expect.any(Number), untilInodes: expect.any(Number) }],
    );
  });

  test('the critical one first, whatever the order', () => {
    const [device] = critical.devices as [DevicePressure];
    const low: DevicePressure = {
      ...device,
      device: '2',
      path: '/b',
      paths: ['/b'],
      level: 'low' as DevicePressure['level'],
      lowSinceMono: 0,
    };
    for (const devices of [
      [low, device],
      [device, low],
    ]) {
      const { actions } = finished({ ...NEW_HOST, pressure: { ...critical, devices } }, done([]));
      expect(actions).toMatchObject([{ kind: 'reclaim', device: '1' }]);
    }
  });
});

describe('how the filesystems stand for a run', () => {
  const [full] = pressure(3).devices as [DevicePressure];
  const [well] = pressure(500).devices as [DevicePressure];
  const roomy: DevicePressure = { ...well, device: '2', path: '/b', paths: ['/b'], takenMono: 20 };
  const host = (effort: Partial<Effort> = {}): Host => ({
    ...NEW_HOST,
    pressure: { ...pressure(3), devices: [{ ...full, takenMono: 30 }, roomy] },
    efforts: { '1': { ...NOT_YET, ...effort } },
  });
  const hold = (what: string) => ({ kind: 'disk', untilWall: null, because: `the disk at /work is full (${full.because}); ${what}` });

  test.each<[string, readonly string[], object]>([
    ['full', ['/work'], { hold: hold('space is being freed'), isPressed: true, takenMono: 30 }],
    ['one of two is', ['/b', '/work'], { hold: hold('space is being freed'), isPressed: true, takenMono: 20 }],
    ['well', ['/b'], { hold: null, isPressed: false, takenMono: 20 }],
    ['unknown', ['/c'], { hold: null, isPressed: false, takenMono: null }],
    ['one is unknown', ['/b', '/c'], { hold: null, isPressed: false, takenMono: null }],
    ['it writes nowhere', [], { hold: null, isPressed: false, takenMono: null }],
  ])('%s', (_, paths, view) => expect(diskViews(host())(paths)).toEqual(view));

  test('nothing more can be freed', () => {
    expect(diskViews(host(EXHAUSTED))(['/work']).hold).toEqual(hold('nothing more can be freed, a person is notified'));
    expect(diskViews({ ...host(), efforts: {} })(['/work']).hold).toEqual(hold('space is being freed'));
  });

  test('is worked out once for all that ask for the same', () => {
    const [views, paths] = [diskViews(host()), ['/work']];
    expect(views(paths)).toBe(views(paths));
  });
});
