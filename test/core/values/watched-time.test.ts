import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { doubtMs, goneOn, isSurelyOld, type Moment, type Watch, type WatchedTime } from '../../../src/core/values/watched-time.ts';

const DAY_MS = 86_400_000;
const START: Moment = { wall: 1000 * DAY_MS, mono: 0, bootId: 'b0' };
const BEGUN: WatchedTime = { sinceWall: START.wall, seenAt: START, shifts: [] };

/** An event: time passes, the clock is set, the machine boots, and somebody watches or not. */
const step = fc.record({
  passedMs: fc.oneof(fc.integer({ min: 0, max: 600_000 }), fc.integer({ min: 0, max: 20 * DAY_MS })),
  setByMs: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: -900 * DAY_MS, max: 900 * DAY_MS }) },
  ),
  isReboot: fc.boolean(),
  watch: fc.constantFrom<Watch>('continuous', 'unwatched', 'proven'),
  isDated: fc.boolean(),
  /**
   * Something is dated meanwhile, after this share of the time: before the clock is set, or after
   * it.
   */
  share: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  isSetFirst: fc.boolean(),
});

describe('watched time, whatever happens to the machine and its clock', () => {
  let old = 0;
  test('nothing is older than it was watched, and what is surely old was left alone for that long', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 15 }), fc.integer({ min: 1, max: 3 * DAY_MS }), (steps, ageMs) => {
        let time = BEGUN;
        let [at, watched] = [START, 0];
        /** Things with a wall-clock date of their day, and when that was in watched time. */
        const dated: { wall: number; watched: number }[] = [];
        for (const [index, { passedMs, setByMs, isReboot, watch, isDated, share, isSetFirst }] of steps.entries()) {
          const mono = isReboot ? passedMs % 1000 : at.mono + passedMs;
          const before = at;
          at = { wall: at.wall + passedMs + setByMs, mono, bootId: isReboot ? `b${index + 1}` : at.bootId };
          const counts = !isReboot && (watch === 'proven' || (watch === 'continuous' && passedMs <= 600_000));
          const within = before.wall + (share ?? 0) * passedMs + (isSetFirst ? setByMs : 0);
          // The time that a clock hides when it is set back across a reboot is unknown.
          const isKnown = !isReboot || !isSetFirst || passedMs + setByMs < 0 || setByMs >= 0;
          if (share !== null && isKnown) dated.push({ wall: within, watched: counts ? watched + share * passedMs : watched });
          if (counts) watched += passedMs;
          time = goneOn(time, at, watch);
          expect(at.wall - time.sinceWall).toBeLessThanOrEqual(watched + 2000 * (index + 1));
          if (isDated) dated.push({ wall: at.wall, watched });
          expect(time.seenAt).toEqual(at);
          expect(before).not.toBe(at);
        }
        for (const one of dated) {
          if (!isSurelyOld(time, one.wall, at.wall, ageMs)) continue;
          old++;
          expect(watched - one.watched + 2000 * steps.length).toBeGreaterThanOrEqual(ageMs);
        }
      }),
      { numRuns: 2000 },
    );
    // Otherwise nothing was shown.
    expect(old).toBeGreaterThan(20);
  });

  test('many shifts become few, and make nothing older', () => {
    let [time, at] = [BEGUN, START];
    for (let count = 0; count < 500; count++) {
      at = { ...at, wall: at.wall + (count % 2 === 0 ? DAY_MS : -DAY_MS), mono: at.mono + 60_000 };
      time = goneOn(time, at, 'continuous');
    }
    expect(time.shifts.length).toBeLessThanOrEqual(200);
    expect(doubtMs(time, at.wall)).toBeLessThanOrEqual(DAY_MS);
    expect(isSurelyOld(time, START.wall - 900 * DAY_MS, at.wall, DAY_MS)).toBe(false);
  });
});
