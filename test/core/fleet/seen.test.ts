import { describe, expect, test } from 'vitest';
import { isToBeat, summary } from '../../../src/core/fleet/beat.ts';
import { fingerprint } from '../../../src/core/fleet/fingerprint.ts';
import { emptyOutbox, type Outbox, outboxStep, type Posted } from '../../../src/core/fleet/outbox.ts';
import { type Beat, hostSeen, NOTHING_SEEN, type Seen, sawAll, sawBeat, sawRow, shown } from '../../../src/core/fleet/seen.ts';
import { LEASE_TIMES } from '../../../src/core/fleet/times.ts';

const row = (number: number): Posted => ({ number, document: `state ${number}` });
const beatOf = (number: number, rows: Readonly<Record<string, Posted>>, unposted = 0): Beat => {
  const all = new Map(Object.entries(rows));
  return { number, lastChange: Math.max(...[...all.values()].map((one) => one.number)), fingerprint: fingerprint(all), unposted };
};
const A1 = row(1);
const B2 = row(2);
const BEAT = beatOf(1, { a: A1, b: B2 });
const at = (nowMs: number, ageMs = 0) => ({ nowMs, ageMs });
const both = sawRow(sawRow(NOTHING_SEEN, 'a', A1), 'b', B2);
const whole = sawBeat(both, BEAT, at(100_000));

describe('a viewer', () => {
  test('knows that everything of a beat has arrived, in whatever order', () => {
    const late = sawRow(sawRow(sawBeat(NOTHING_SEEN, BEAT, at(100_000)), 'b', B2), 'a', A1);
    for (const seen of [whole, late]) expect(hostSeen(seen)).toEqual({ beatMs: 100_000, factsMs: 93_000, missing: 0 });
  });

  test('counts what the host could not send, and at least one change, as missing', () => {
    const some = sawRow(NOTHING_SEEN, 'a', A1);
    expect(hostSeen(sawBeat(some, { ...BEAT, unposted: 4 }, at(100_000))).missing).toBe(4);
    expect(hostSeen(sawBeat(sawRow(NOTHING_SEEN, 'b', B2), BEAT, at(100_000))).missing).toBe(1);
  });

  test('compares a beat with what there was then, also when later changes have arrived', () => {
    const later = sawBeat(sawRow(both, 'a', row(3)), BEAT, at(100_000));
    expect(hostSeen(later)).toMatchObject({ factsMs: 93_000, missing: 0 });
    expect(shown(later, 'a')).toEqual(row(3));
  });

  test('waits for the next beat where a later change took the place of an earlier one', () => {
    const passed = sawBeat(sawRow(sawRow(NOTHING_SEEN, 'b', B2), 'a', row(3)), BEAT, at(100_000));
    expect(hostSeen(passed)).toMatchObject({ factsMs: Number.NEGATIVE_INFINITY, missing: 0 });
    expect(hostSeen(sawBeat(passed, beatOf(2, { a: row(3), b: B2 }), at(110_000)))).toMatchObject({ factsMs: 103_000, missing: 0 });
  });

  test.each<[string, Seen]>([
    ['a beat that came before', sawBeat(whole, { ...BEAT, lastChange: 9 }, at(150_000))],
    ['a row that came before', sawRow(whole, 'b', { number: 2, document: 'another' })],
  ])('makes nothing of %s', (_what, seen) => {
    expect(seen).toBe(whole);
  });

  test('takes a beat for as old as the engine says, and the first one for as long unchanged', () => {
    expect(hostSeen(sawBeat(both, BEAT, at(100_000, 40_000)))).toMatchObject({ beatMs: 60_000, factsMs: 53_000 });
    expect(hostSeen(sawBeat(whole, { ...BEAT, number: 2 }, at(200_000, 40_000)))).toMatchObject({ beatMs: 200_000, factsMs: 153_000 });
  });

  test('takes what the engine has for all there is, where something stays missing', () => {
    const lost = sawBeat(sawRow(whole, 'a', row(3)), beatOf(2, { a: A1, b: row(4) }), at(110_000));
    expect(hostSeen(lost).missing).toBe(1);
    const all = sawAll(
      lost,
      new Map([
        ['a', A1],
        ['b', row(4)],
      ]),
    );
    expect(hostSeen(all).missing).toBe(0);
    expect(shown(all, 'a')).toEqual(A1);
    expect(shown(all, 'c')).toBeNull();
  });
});

describe('a host beats', () => {
  const changed = outboxStep(emptyOutbox(0), { kind: 'changed', key: '', document: 'x' }, { nowMs: 0, nowWall: 9 }).outbox;

  test.each<[string, Outbox, number, boolean]>([
    ['not before its time', emptyOutbox(0), 9999, false],
    ['when it is time', emptyOutbox(0), 10_000, true],
    ['not while a beat is under way', { ...changed, asked: { kind: 'read', key: '' } }, 10_000, false],
    ['anew when one could not be sent', changed, 500, true],
    ['not before it may be sent again', { ...changed, nextMs: 600 }, 500, false],
  ])('%s', (_what, outbox, nowMs, is) => {
    expect(isToBeat(outbox, 0, nowMs, LEASE_TIMES)).toBe(is);
  });

  test('and says which changes it has, and how many could not be sent', () => {
    expect(summary(changed)).toEqual({ lastChange: 9, fingerprint: fingerprint(changed.rows), unposted: 1 });
  });
});
