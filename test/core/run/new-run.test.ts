import { expect, test } from 'vitest';
import { NO_STREAK } from '../../../src/core/model/streak.ts';
import { newRun } from '../../../src/core/run/new-run.ts';
import { process, specWith } from '../../kit/core/world.ts';

const at = { wall: 1_800_000_000_000, mono: 5 };
const spec = specWith();
const registered = (foreign: number | null, hostEnabled = true) =>
  newRun(
    {
      kind: 'run.registered',
      run: 'upgrade-3',
      request: 'r',
      generation: 3,
      spec,
      foreign: foreign === null ? null : process(foreign),
      seq: 1,
      at,
      jitter: 0,
    },
    hostEnabled,
  );

test('a run that is registered has done nothing, and owes nothing', () => {
  const run = registered(null);
  expect(run).toMatchObject({
    id: 'upgrade-3',
    name: 'upgrade',
    generation: 3,
    state: 'waiting',
    since: at,
    registeredAt: at,
    tried: 0,
    attempt: null,
  });
  expect(run).toMatchObject({ charged: [], streak: NO_STREAK, holds: [], marks: { seen: [], todos: 0, progress: null, baseline: false } });
  expect(run).toMatchObject({
    recoveries: { tried: 0, sinceMilestone: 0, begun: [] },
    answered: { check: 0, evidence: -1, session: 0 },
    hostEnabled: true,
  });
  expect(registered(null, false).hostEnabled).toBe(false);
});

test('one whose process is adopted works, in its first attempt, and was active when it was found', () => {
  expect(registered(7)).toMatchObject({
    state: 'working',
    tried: 1,
    attempt: {
      number: 1,
      mode: 'start',
      shim: null,
      agent: process(7),
      alive: true,
      startedAt: at,
      lastActivity: at,
      survivors: 'none',
      bytes: 0,
    },
  });
});
