import { expect, test } from 'vitest';
import { LEASE_TIMES, whyUnsafe } from '../../../src/core/fleet/times.ts';
import { TIMES } from '../../model/fleet/lease/host.ts';

test('the times that are the default, and those of the simulation, protect', () => {
  expect([whyUnsafe(LEASE_TIMES), whyUnsafe(TIMES)]).toEqual([null, null]);
});

test.each([
  [{ takeMs: 50_000 }, /more than 80 % of the 50000 ms/],
  [{ fenceMs: 35_000 }, /gone after 49000 ms/],
  [{ endMs: 20_000 }, /gone after 52000 ms/],
  [{ renewMs: 11_000 }, /less than three renewals/],
])('%j do not', (patch, because) => {
  expect(whyUnsafe({ ...LEASE_TIMES, ...patch })).toMatch(because);
});
