import { expect, test } from 'vitest';
import { tellDaySpent } from '../../../src/core/host/day-spent.ts';
import { NEW_HOST } from '../../../src/core/host/state.ts';
import type { HostObservation } from '../../../src/core/model/host.ts';

const MIDNIGHT = 1_800_000_000_000;
const SPENT = { capUsd: 5, spent: { because: 'it is spent', untilWall: MIDNIGHT }, isBeyondGrace: false };
const FREE = { capUsd: 50, spent: null, isBeyondGrace: false };
const seenAt = (wall: number) => ({ kind: 'tick', seq: 1, jitter: 0, at: { wall, mono: 0 } }) as unknown as HostObservation;

test.each([
  ['spent: said', undefined, SPENT, MIDNIGHT - 1, ['it is spent']],
  ['said before: not again', MIDNIGHT, SPENT, MIDNIGHT - 1, []],
  ['the next day: the all-clear', MIDNIGHT, FREE, MIDNIGHT, ['another day has begun']],
  ['a higher cap on the same day: no day has begun', MIDNIGHT, FREE, MIDNIGHT - 1, ['all runs may cost more now']],
  ['no cap any more', MIDNIGHT, null, MIDNIGHT - 1, ['all runs may cost more now']],
])('what all runs may cost in a day is %s', (_what, said, day, wall, words) => {
  const host = said === undefined ? NEW_HOST : { ...NEW_HOST, daySpent: { untilWall: said } };
  const { actions } = tellDaySpent(host, day, seenAt(wall));
  expect(actions.map((action) => action.kind === 'tell' && action.because)).toEqual(words);
});
