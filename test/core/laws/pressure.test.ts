import fc from 'fast-check';
import { expect, test } from 'vitest';
import { observePressure } from '../../../src/core/host/pressure.ts';
import { entryMark, gaugesOf, leaveMark } from '../../../src/core/host/thresholds.ts';
import { type Filesystem, LEVELS, type Level } from '../../../src/core/model/disk.ts';
import { Disks, disk, GIB, MARKS } from '../../kit/core/disks.ts';

const TOTAL_GIB = fc.constantFrom(0.016, 1, 10, 100, 1000, 20_000);
/**
 * Seconds since the previous sample, and shares of what there is, mostly where something happens.
 */
const share = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 0.4, noNaN: true }));
const step = fc.record({ seconds: fc.constantFrom(1, 15, 15, 31, 120, 400), bytes: share, inodes: share });
const story = fc.array(step, { minLength: 1, maxLength: 60 });

const seenAs = (totalGiB: number, { bytes, inodes }: { bytes: number; inodes: number }): Filesystem =>
  disk({
    totalBytes: Math.round(totalGiB * GIB),
    availableBytes: Math.round(totalGiB * GIB * bytes),
    availableInodes: Math.round(inodes * 1_000_000),
  });

const rank = (level: Level): number => LEVELS.indexOf(level);

test('critical takes a low sample; a level is left only above its exit mark, and never within the hold time', () => {
  fc.assert(
    fc.property(TOTAL_GIB, story, (totalGiB, steps) => {
      const disks = new Disks();
      let lastShortMono = Number.NEGATIVE_INFINITY;
      for (const next of steps) {
        const seen = seenAs(totalGiB, next);
        const gauges = gaugesOf(seen);
        const isBelow = (least: { bytes: number; inodes: number }) =>
          gauges.bytes.available < least.bytes || gauges.inodes.available < least.inodes;
        const before = disks.state.devices[0]?.level ?? 'none';
        const changes = disks.after(next.seconds, [seen]);
        expect(changes.length).toBeLessThanOrEqual(1);
        const { level } = disks.one;
        const entry = entryMark(gauges, 'critical', MARKS);
        expect(level === 'critical' && before !== 'critical' ? isBelow(entry) : true).toBe(true);
        if (isBelow(entry)) expect(level).toBe('critical');
        if (before !== 'none' && isBelow(leaveMark(gauges, before, MARKS))) lastShortMono = disks.mono;
        if (rank(level) < rank(before)) expect(disks.mono - lastShortMono).toBeGreaterThanOrEqual(MARKS.holdMs);
      }
    }),
  );
});

test('less space never means less pressure', () => {
  fc.assert(
    fc.property(TOTAL_GIB, story, step, share, share, (totalGiB, steps, last, bytes, inodes) => {
      const disks = new Disks();
      for (const next of steps) disks.after(next.seconds, [seenAs(totalGiB, next)]);
      const levelWith = (available: { bytes: number; inodes: number }) => {
        const takenMono = disks.mono + last.seconds * 1000;
        const sample = { takenMono, isWhole: true, filesystems: [seenAs(totalGiB, available)], unreachable: [] };
        return rank(observePressure(disks.state, sample, MARKS).state.devices[0]!.level);
      };
      const less = { bytes: last.bytes * bytes, inodes: last.inodes * inodes };
      expect(levelWith(less)).toBeGreaterThanOrEqual(levelWith(last));
    }),
  );
});

test('what swings around the entry mark changes the level once', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 14, max: 17, noNaN: true }), { maxLength: 200 }), (available) => {
      const disks = new Disks();
      for (const gib of available) disks.after(15, [disk({ totalBytes: 100 * GIB, availableBytes: gib * GIB })]);
      expect(disks.changes.length).toBeLessThanOrEqual(1);
    }),
  );
});

test('a sample that comes twice, or late, changes nothing the second time', () => {
  fc.assert(
    fc.property(TOTAL_GIB, story, (totalGiB, steps) => {
      const disks = new Disks();
      for (const next of steps) {
        const seen = seenAs(totalGiB, next);
        disks.after(next.seconds, [seen]);
        const { state } = disks;
        expect(disks.after(0, [seen])).toEqual([]);
        expect(disks.after(0, [seenAs(totalGiB, { bytes: 0, inodes: 0 })], { takenMono: disks.mono - 1 })).toEqual([]);
        expect(disks.state).toEqual(state);
      }
    }),
  );
});
