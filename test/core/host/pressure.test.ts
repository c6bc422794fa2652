import { describe, expect, test } from 'vitest';
import {
  deviceOf,
  exitMark,
  isTooFull,
  observePressure,
  pressureOf,
  STALE_MS,
  stepped,
  urgentPaths,
  wantsReclaim,
} from '../../../src/core/host/pressure.ts';
import { entryMark, gaugesOf, leaveMark } from '../../../src/core/host/thresholds.ts';
import { Disks, disk, GIB, MARKS } from '../../kit/core/disks.ts';

describe('marks', () => {
  test.each([
    [1000, { soft: [20, 40], critical: [5, 10] }],
    [200, { soft: [20, 26], critical: [5, 10] }],
    [100, { soft: [15, 20], critical: [5, 10] }],
    [20, { soft: [3, 6], critical: [1, 2] }],
    [1, { soft: [0.15, 0.3], critical: [0.05, 0.1] }],
    [0, { soft: [0, 0], critical: [0, 0] }],
  ] as const)('of %d GiB (entered below, left above): %o', (totalGiB, expected) => {
    const gauges = gaugesOf(disk({ totalBytes: totalGiB * GIB }));
    for (const level of ['soft', 'critical'] as const) {
      const [entry, leave] = expected[level];
      expect(entryMark(gauges, level, MARKS).bytes / GIB).toBeCloseTo(entry, 9);
      expect(leaveMark(gauges, level, MARKS).bytes / GIB).toBeCloseTo(leave, 9);
    }
  });

  test('of inodes by share only', () => {
    const gauges = gaugesOf(disk({ totalInodes: 1000 }));
    expect([entryMark(gauges, 'soft', MARKS).inodes, leaveMark(gauges, 'soft', MARKS).inodes]).toEqual([100, 130]);
    expect([entryMark(gauges, 'critical', MARKS).inodes, leaveMark(gauges, 'critical', MARKS).inodes]).toEqual([50, 80]);
  });

  test('one of percentage and size may be left out', () => {
    const gauges = gaugesOf(disk());
    const bare = { ...MARKS, soft: { percent: 30, bytes: null }, minReclaim: { percent: null, bytes: GIB } };
    expect([entryMark(gauges, 'soft', bare).bytes, leaveMark(gauges, 'soft', bare).bytes]).toEqual([300 * GIB, 301 * GIB]);
    expect(leaveMark(gauges, 'soft', bare).inodes).toBe(entryMark(gauges, 'soft', bare).inodes);
  });
});

describe('entering', () => {
  test('critical is entered at once', () => {
    const disks = new Disks();
    expect(disks.has(0, 4 * GIB)).toEqual(['none→critical']);
    expect(disks.changes).toEqual([
      { device: '1', path: '/work', from: 'none', to: 'critical', because: '4 GiB of 1000 GiB available, less than 5 GiB' },
    ]);
    expect(pressureOf(disks.state, '/work')).toBe('critical');
    expect(pressureOf(disks.state, '/elsewhere')).toBe('none');
    expect(deviceOf(disks.state, '/elsewhere')).toBeNull();
  });

  test('soft is entered after a grace of two samples', () => {
    const disks = new Disks();
    expect(disks.has(0, 19 * GIB)).toEqual([]);
    expect(disks.has(15, 19 * GIB)).toEqual([]);
    expect(disks.has(15, 19 * GIB)).toEqual(['none→soft']);
    expect(disks.has(15, 4 * GIB)).toEqual(['soft→critical']);
  });

  test('without a grace it still takes two samples', () => {
    const disks = new Disks({ graceMs: 0 });
    expect([disks.has(0, 19 * GIB), disks.has(1, 19 * GIB)]).toEqual([[], ['none→soft']]);
  });

  test('a short dip is no pressure', () => {
    const disks = new Disks();
    disks.has(0, 19 * GIB);
    disks.has(15, 30 * GIB);
    expect(disks.has(20, 19 * GIB)).toEqual([]);
    expect(pressureOf(disks.state, '/work')).toBe('none');
  });

  test('two samples with a gap between them are no grace', () => {
    const disks = new Disks();
    disks.has(0, 19 * GIB);
    expect(disks.has(STALE_MS / 1000 + 1, 19 * GIB)).toEqual([]);
    expect(disks.has(30, 19 * GIB)).toEqual(['none→soft']);
  });

  test('exactly at the mark is enough', () => {
    expect(new Disks().has(0, 5 * GIB)).toEqual([]);
  });

  test('without inodes it is as full as without bytes', () => {
    const disks = new Disks();
    expect(disks.after(0, [disk({ availableInodes: 49_999 })])).toEqual(['none→critical']);
    expect(disks.one.because).toBe('49999 of 1000000 inodes available, less than 50000');
    expect(disks.after(15, [disk({ availableInodes: 60_000 })])).toEqual([]);
  });

  test('a filesystem without a number of inodes cannot run out of them', () => {
    expect(new Disks().after(0, [disk({ totalInodes: 0, availableInodes: 0 })])).toEqual([]);
  });

  test('marks of nothing are never low, however fast it fills', () => {
    const never = { percent: 0, bytes: 0 };
    const disks = new Disks({ soft: never, critical: never, inodesSoft: 0, inodesCritical: 0 });
    disks.has(0, GIB);
    expect([...disks.stays(60, 0), disks.one.level]).toEqual(['none']);
  });

  test('what will soon be full is soft early', () => {
    const disks = new Disks();
    let available = 500 * GIB;
    const changes: string[] = [];
    while (changes.length === 0) {
      available -= 15 * GIB;
      changes.push(...disks.has(15, available));
    }
    expect(changes).toEqual(['none→soft']);
    expect(available).toBeGreaterThan(300 * GIB);
    expect(disks.one.because).toMatch(/^\d+ GiB available, none left in \dm \d+s at this rate$/);
    // The trend stops: the available space is far above the threshold.
    expect(disks.stays(1200, available)).toEqual(['soft→none']);
  });

  test('so is what will soon be without inodes', () => {
    const disks = new Disks();
    const seen = [900_000, 600_000, 400_000, 300_000, 200_000].flatMap((availableInodes) => disks.after(15, [disk({ availableInodes })]));
    expect(seen).toEqual(['none→soft']);
    expect(disks.one.because).toContain('inodes available, none left in');
  });

  test('one large file is no trend', () => {
    const disks = new Disks();
    disks.has(0, 500 * GIB);
    expect(disks.has(15, 480 * GIB)).toEqual([]);
    expect(disks.stays(120, 480 * GIB)).toEqual([]);
  });

  test('another size is no loss', () => {
    const disks = new Disks();
    disks.has(0, 500 * GIB);
    disks.after(15, [disk({ totalBytes: 500 * GIB, availableBytes: 100 * GIB })]);
    expect(disks.one.bytes.lossPerMs).toBe(0);
  });

  test('a filesystem of 1 GiB goes by share', () => {
    const small = (availableMiB: number) => [disk({ totalBytes: GIB, availableBytes: availableMiB * 2 ** 20 })];
    const disks = new Disks();
    expect(disks.after(0, small(50))).toEqual(['none→critical']);
    for (const _ of Array.from({ length: 20 })) expect(disks.after(15, small(400))).toEqual([]);
    expect(disks.after(15, small(400))).toEqual(['critical→none']);
  });
});

describe('leaving', () => {
  test('above the exit mark for the hold time', () => {
    const disks = new Disks();
    disks.stays(60, 19 * GIB);
    expect(disks.stays(600, 39 * GIB)).toEqual([]);
    expect(disks.stays(300, 40 * GIB)).toEqual([]);
    expect(disks.has(15, 40 * GIB)).toEqual(['soft→none']);
    expect(disks.changes.at(-1)?.because).toBe('40 GiB of 1000 GiB available for 5m');
  });

  test('a dip, or a gap without samples, begins the hold anew', () => {
    const disks = new Disks();
    disks.stays(60, 19 * GIB);
    disks.stays(285, 40 * GIB);
    disks.has(15, 39 * GIB);
    expect(disks.stays(300, 40 * GIB)).toEqual([]);
    expect(disks.has(600, 40 * GIB)).toEqual([]);
    expect(disks.stays(285, 40 * GIB)).toEqual([]);
    expect(disks.has(15, 40 * GIB)).toEqual(['soft→none']);
  });

  test('critical is left to soft, and a run may go on before', () => {
    const disks = new Disks();
    disks.has(0, 4 * GIB);
    expect(isTooFull(disks.one)).toBe(true);
    disks.has(15, 9 * GIB);
    expect(isTooFull(disks.one)).toBe(true);
    disks.has(15, 11 * GIB);
    expect([disks.one.level, isTooFull(disks.one)]).toEqual(['critical', false]);
    expect(disks.stays(300, 11 * GIB)).toEqual(['critical→soft']);
    expect(disks.one.because).toBe('11 GiB of 1000 GiB available for 5m');
    expect(isTooFull(disks.one)).toBe(false);
  });

  test('with enough room it is left at once to none', () => {
    const disks = new Disks();
    disks.has(0, 4 * GIB);
    expect(disks.stays(330, 100 * GIB)).toEqual(['critical→none']);
  });

  test('nothing that dogwatch watches is on it any more', () => {
    const disks = new Disks();
    disks.has(0, 4 * GIB);
    expect(disks.after(15, [])).toEqual(['critical→none']);
    expect(disks.changes.at(-1)?.because).toBe('nothing that dogwatch watches is on it any more');
    expect(disks.state.devices).toEqual([]);
  });
});

describe('paths', () => {
  const other = disk({ device: '2', path: '/tmp', paths: ['/tmp'] });

  test('a sample of some paths leaves the rest as it was', () => {
    const disks = new Disks();
    disks.after(0, [disk({ availableBytes: GIB, paths: ['/work', '/home'] }), other]);
    expect(disks.after(1, [disk({ availableBytes: GIB, path: '/home', paths: ['/home'] })], { isWhole: false })).toEqual([]);
    expect(disks.state.devices.map(({ device, path, paths }) => [device, path, paths])).toEqual([
      ['1', '/work', ['/work', '/home']],
      ['2', '/tmp', ['/tmp']],
    ]);
  });

  test('a path that lies elsewhere now is no path of the device before', () => {
    const disks = new Disks();
    disks.after(0, [disk({ availableBytes: GIB, paths: ['/work', '/tmp'] })]);
    disks.after(15, [other], { isWhole: false });
    expect([pressureOf(disks.state, '/work'), pressureOf(disks.state, '/tmp')]).toEqual(['critical', 'none']);
    disks.after(15, [other, disk({ availableBytes: GIB })]);
    expect(disks.state.devices).toHaveLength(2);
  });

  test('one that cannot be measured is reported once, and keeps its known values', () => {
    const disks = new Disks();
    disks.after(0, [disk({ availableBytes: GIB }), other]);
    const because = 'no answer within 5000 ms';
    const sample = { takenMono: disks.mono + 15_000, isWhole: true, filesystems: [other], unreachable: [{ path: '/work', because }] };
    const lost = observePressure(disks.state, sample, MARKS);
    expect(lost).toMatchObject({ changes: [], lost: [{ path: '/work', because }], found: [] });
    expect(pressureOf(lost.state, '/work')).toBe('critical');
    const still = observePressure(lost.state, { ...sample, takenMono: disks.mono + 30_000 }, MARKS);
    expect(still).toMatchObject({ changes: [], lost: [], found: [] });
    const some = observePressure(still.state, { ...sample, takenMono: disks.mono + 31_000, isWhole: false, unreachable: [] }, MARKS);
    expect(some.state.unreachable).toHaveLength(1);
    const back = { takenMono: disks.mono + 45_000, isWhole: true, filesystems: [disk(), other], unreachable: [] };
    expect(observePressure(some.state, back, MARKS)).toMatchObject({ lost: [], found: ['/work'], state: { unreachable: [] } });
  });

  test('near or under pressure they are watched closely', () => {
    const disks = new Disks();
    const urgent = (...filesystems: Parameters<typeof disk>) => {
      disks.after(15, [disk(...filesystems), other]);
      return urgentPaths(disks.state, disks.marks);
    };
    expect(urgent({ availableBytes: 41 * GIB })).toEqual([]);
    expect(urgent({ availableBytes: 39 * GIB })).toEqual(['/work']);
    expect(urgent({ availableBytes: 200 * GIB })).toEqual([]);
    expect(urgent({ availableBytes: 200 * GIB, availableInodes: 150_000 })).toEqual(['/work']);
    urgent({ availableBytes: GIB });
    expect(urgent({ availableBytes: 200 * GIB })).toEqual(['/work']);
  });
});

describe('what is wanted of reclaim', () => {
  test('as much as leaves the pressure, once a sample', () => {
    const disks = new Disks();
    disks.has(0, 200 * GIB);
    expect(wantsReclaim(disks.one, MARKS, disks.mono)).toBeNull();
    disks.has(15, 4 * GIB);
    expect(exitMark(disks.one, MARKS)).toEqual({ bytes: 40 * GIB, inodes: 130_000 });
    const goal = { bytes: 36 * GIB, inodes: 0 };
    expect(wantsReclaim(disks.one, MARKS, disks.mono)).toEqual(goal);
    disks.state = stepped(disks.state, '1', disks.mono + 1);
    expect(wantsReclaim(disks.one, MARKS, disks.mono + 1)).toBeNull();
    // Taken before the step ended, reported after it.
    disks.after(1, [disk({ availableBytes: 4 * GIB })], { takenMono: disks.mono });
    expect(wantsReclaim(disks.one, MARKS, disks.mono + 2)).toBeNull();
    disks.has(1, 10 * GIB);
    expect(wantsReclaim(disks.one, MARKS, disks.mono)).toEqual({ bytes: 30 * GIB, inodes: 0 });
    disks.has(1, 40 * GIB);
    expect(disks.one.level).toBe('critical');
    expect(wantsReclaim(disks.one, MARKS, disks.mono)).toBeNull();
  });

  test('with the soft mark switched off as much as leaves the critical one', () => {
    const disks = new Disks({ soft: { percent: 0, bytes: null } });
    disks.has(0, 4 * GIB);
    expect(wantsReclaim(disks.one, disks.marks, disks.mono)).toEqual({ bytes: 6 * GIB, inodes: 0 });
  });

  test('not by an old sample', () => {
    const disks = new Disks();
    disks.has(0, GIB);
    expect(wantsReclaim(disks.one, MARKS, disks.mono + STALE_MS)).not.toBeNull();
    expect(wantsReclaim(disks.one, MARKS, disks.mono + STALE_MS + 1)).toBeNull();
  });

  test('inodes are wanted too', () => {
    const disks = new Disks();
    disks.after(0, [disk({ availableInodes: 30_000 })]);
    expect(wantsReclaim(disks.one, MARKS, disks.mono)).toEqual({ bytes: 0, inodes: 100_000 });
  });
});
