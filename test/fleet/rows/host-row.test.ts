import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GONE } from '../../../src/core/fleet/outbox.ts';
import { sealed } from '../../../src/fleet/rows/envelope.ts';
import { beatIn, type HostRow, hostDocument } from '../../../src/fleet/rows/host-row.ts';

const row = (patch: Partial<HostRow> = {}): HostRow => ({
  v: 1,
  host: 'ci-1',
  key: 'k'.repeat(44),
  certificate: 'c'.repeat(88),
  id: '00ff',
  incarnation: 3,
  boot: 'b',
  dogwatch: '0.4.0',
  labels: ['gpu'],
  at: '2026-11-30T12:00:00.000Z',
  beat: { lastChange: 7, fingerprint: 1, unposted: 0 },
  watchdog: { pid: 1, since: '2026-11-30T11:00:00.000Z' },
  active: 2,
  counts: { working: 2 },
  channels: 1,
  ...patch,
});
const beatOf = (patch: Partial<HostRow>) => beatIn(sealed({ number: 9, document: hostDocument(row(patch)) }, 'sig'));

test.each([
  ['a watchdog with runs', {}, { isGone: false, hasEnded: false, channels: 1 }],
  ['a watchdog without runs', { active: 0 }, { isGone: false, hasEnded: false, channels: 1 }],
  ['one that a person ended while it had runs', { watchdog: null }, { isGone: false, hasEnded: true, channels: 1 }],
  ['one that ended with nothing to do', { watchdog: null, active: 0 }, { isGone: true, hasEnded: true, channels: 1 }],
])('%s', (_, patch, says) => {
  expect(beatOf(patch)).toMatchObject({ number: 9, ...says });
});

test('a host that has left the fleet is missed by nobody', () => {
  expect(beatIn(sealed({ number: 10, document: GONE }, 'sig'))).toMatchObject({ isGone: true, hasEnded: false });
});

test('what another version did not say is not taken for an end', () => {
  expect(beatIn('{"number":1,"document":{"v":2,"host":"ci-1"}}')).toMatchObject({ isGone: false, hasEnded: false, channels: 0 });
});

test('however many labels and states a host has, its row has room in its bucket', () => {
  const labels = Array.from({ length: 500 }, (_, index) => `label-${index}`);
  expect(Buffer.byteLength(hostDocument(row({ labels })))).toBeLessThanOrEqual(3 * 1024);
});

test('garbage is no row, or one that ends nothing', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const beat = beatIn(text);
      if (beat !== null) expect([beat.hasEnded, beat.isGone]).toEqual([false, beat.document === GONE]);
      const inside = beatIn(`{"number":1,"document":${JSON.stringify({ of: text })}}`);
      expect(inside).toMatchObject({ isGone: false, hasEnded: false });
    }),
    { numRuns: 300 },
  );
});
