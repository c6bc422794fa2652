import { expect, test } from 'vitest';
import { statusOf } from '../../../src/cli/operate/wait-for.ts';
import type { RunState } from '../../../src/core/model/facts.ts';
import { working } from '../../kit/core/world.ts';

test.each<[RunState, RunState | null, boolean, number | null]>([
  ['complete', null, false, 0],
  ['stopped', null, false, 1],
  ['failed', null, false, 1],
  ['escalated', null, false, 2],
  ['handed-off', null, false, 2],
  ['handed-off', null, true, null],
  ['recovering', null, true, null],
  ['working', null, false, null],
  ['held', null, false, null],
  ['waiting', null, false, null],
  ['working', 'working', false, 0],
  ['stopped', 'stopped', false, 0],
  ['escalated', 'escalated', false, 0],
  ['complete', 'working', false, 1],
  ['stopped', 'working', false, 1],
  ['escalated', 'working', false, 2],
  ['waiting', 'working', false, null],
])('a run that is %s, waited for to be %s', (state, wanted, recovers, status) => {
  expect(statusOf({ ...working().run, state }, wanted, recovers)).toBe(status);
});
