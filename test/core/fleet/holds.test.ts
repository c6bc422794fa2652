import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareHolds, type HoldSaid, isCredible, type LimitMet, mergedHold, released, saidAfter } from '../../../src/core/fleet/holds.ts';

const said = (patch: Partial<HoldSaid> = {}): HoldSaid => ({
  generation: 1,
  phase: 'held',
  refusals: 0,
  provenance: 'prose',
  untilWall: 1000,
  ...patch,
});

const anySaid: fc.Arbitrary<HoldSaid> = fc.record({
  generation: fc.integer({ min: 1, max: 3 }),
  phase: fc.constantFrom('held', 'released'),
  refusals: fc.integer({ min: 0, max: 2 }),
  provenance: fc.constantFrom('assumed', 'prose', 'structured'),
  untilWall: fc.option(fc.integer({ min: 0, max: 3 })),
});

describe('what several hosts say of a limit', () => {
  test('counts in whatever order, however often and in whatever groups it arrives', () => {
    fc.assert(
      fc.property(fc.array(anySaid, { minLength: 1, maxLength: 6 }), fc.nat(5), fc.nat(5), (all, cut, again) => {
        const whole = mergedHold(all);
        const parts = [mergedHold(all.slice(0, cut)), mergedHold(all.slice(cut))].filter((one) => one !== null);
        expect(mergedHold(all.toReversed())).toEqual(whole);
        expect(mergedHold([...all, all[again % all.length]!])).toEqual(whole);
        expect(mergedHold(parts)).toEqual(whole);
      }),
    );
  });

  test('has an order of all', () => {
    fc.assert(
      fc.property(anySaid, anySaid, (a, b) => {
        expect(Math.sign(compareHolds(a, b))).toBe(0 - Math.sign(compareHolds(b, a)));
        if (compareHolds(a, b) === 0) expect(a).toEqual(b);
      }),
    );
  });

  test.each<[string, Partial<HoldSaid>, Partial<HoldSaid>]>([
    ['a newer generation', { generation: 2 }, { phase: 'released', refusals: 9 }],
    ['its release', { phase: 'released' }, { refusals: 9 }],
    ['more refusals', { refusals: 1 }, { provenance: 'structured' }],
    ['an event before words', { provenance: 'structured' }, { untilWall: 9000 }],
    ['the later end', { untilWall: 2000 }, {}],
    ['no end at all', { untilWall: null }, { untilWall: 9000 }],
  ])('%s counts more', (_what, more, less) => {
    expect(compareHolds(said(more), said(less))).toBeGreaterThan(0);
    expect(mergedHold([said(less), said(more)])).toEqual(said(more));
  });

  test('an end after longer than any limit lasts is not believed', () => {
    const DAY = 86_400_000;
    expect([8, 9].map((days) => isCredible(said({ untilWall: 1000 + days * DAY }), 1000))).toEqual([true, false]);
    expect(isCredible(said({ untilWall: null }), 1000)).toBe(true);
  });
});

describe('what a host says of a limit that it met', () => {
  const met: LimitMet = { provenance: 'prose', untilWall: 1000, beganBeforeRelease: false, isProbe: false };
  test.each<[string, HoldSaid | null, LimitMet, HoldSaid | null]>([
    ['the first', null, met, said()],
    ['one that is known', said(), met, null],
    ['one that is known, with a later end', said(), { ...met, untilWall: 2000 }, said({ untilWall: 2000 })],
    ['as the probe', said(), { ...met, isProbe: true }, said({ refusals: 1 })],
    ['after it was over', said({ phase: 'released' }), met, said({ generation: 2 })],
    ['an old attempt after it was over', said({ phase: 'released' }), { ...met, beganBeforeRelease: true }, null],
    [
      'an old attempt with a later end',
      said({ phase: 'released' }),
      { ...met, beganBeforeRelease: true, untilWall: 2000 },
      said({ generation: 2, untilWall: 2000 }),
    ],
  ])('%s', (_what, counts, limit, expected) => {
    expect(saidAfter(counts, limit)).toEqual(expected);
  });

  test('never counts less than what counted before', () => {
    const anyMet = fc.record({ provenance: anySaid.map(({ provenance }) => provenance), untilWall: fc.option(fc.nat(3)) });
    fc.assert(
      fc.property(anySaid, anyMet, fc.boolean(), fc.boolean(), (counts, limit, beganBeforeRelease, isProbe) => {
        const says = saidAfter(counts, { ...limit, beganBeforeRelease, isProbe });
        if (says !== null) expect(compareHolds(says, counts)).toBeGreaterThan(0);
        expect(compareHolds(released(counts), counts)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
