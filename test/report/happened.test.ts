import { describe, expect, test } from 'vitest';
import type { RunState } from '../../src/core/model/facts.ts';
import type { RunEvent } from '../../src/core/run/events.ts';
import { type Happening, reportedRun } from '../../src/report/happened.ts';

const NIGHT = Date.parse('2026-11-29T18:00:00Z');
const HOUR = 3_600_000;
const PERIOD = { sinceWall: NIGHT, nowWall: NIGHT + 12 * HOUR };

const row = (hours: number, from: RunState | null, to: RunState, ...events: RunEvent[]): Happening => ({
  wall: NIGHT + hours * HOUR,
  from,
  to,
  because: `${to} at ${hours}`,
  events,
});
const run = (state: RunState, sinceHours = -5) => ({
  id: 'one.1',
  name: 'one',
  state,
  because: 'as it is',
  sinceWall: NIGHT + sinceHours * HOUR,
});
const milestone = (attempt: number): RunEvent => ({ kind: 'milestone', attempt, what: `new commit ${attempt}` });

describe('how long a run was held', () => {
  test.each<[string, RunState, readonly Happening[], readonly [times: number, hours: number]]>([
    ['not at all', 'working', [], [0, 0]],
    ['all the time, without a row', 'held', [], [1, 12]],
    ['until it went on', 'working', [row(2, 'waiting', 'starting')], [1, 2]],
    ['since it stopped working, until now', 'held', [row(10, 'working', 'held')], [1, 2]],
    [
      'twice',
      'working',
      [row(1, 'working', 'waiting'), row(2, 'waiting', 'working'), row(5, 'working', 'held'), row(8, 'held', 'working')],
      [2, 4],
    ],
    [
      'from one hold into another',
      'working',
      [row(1, 'working', 'waiting'), row(2, 'waiting', 'handed-off'), row(4, 'handed-off', 'starting')],
      [2, 3],
    ],
    ['not before it was registered', 'working', [row(6, null, 'starting')], [0, 0]],
    ['not while a person is asked', 'escalated', [row(6, 'working', 'escalated')], [0, 0]],
    ['not negatively, if the clock was set back', 'working', [row(5, 'working', 'held'), row(1, 'held', 'working')], [1, 0]],
    ['not by rows that keep the state', 'held', [row(3, 'held', 'held', milestone(1))], [1, 12]],
  ])('%s', (_, state, rows, [times, hours]) => {
    const { held } = reportedRun(run(state), rows, null, PERIOD);
    expect([held.times, held.ms / HOUR]).toEqual([times, hours]);
  });

  test('the longest five are described in order, with what is known of why', () => {
    const rows = Array.from({ length: 7 }, (_, index) => [
      row(index, 'working', 'waiting'),
      row(index + (index + 1) / 10, 'waiting', 'working'),
    ]).flat();
    const { held } = reportedRun(run('working'), rows, null, PERIOD);
    expect(held.times).toBe(7);
    expect(held.longest.map(({ because }) => because)).toEqual([2, 3, 4, 5, 6].map((hours) => `waiting at ${hours}`));
    expect(reportedRun(run('working'), [row(2, 'held', 'working')], null, PERIOD).held.longest).toEqual([
      { state: 'held', from: '2026-11-29T18:00:00.000Z', to: '2026-11-29T20:00:00.000Z', ms: 2 * HOUR, because: null },
    ]);
  });
});

describe('when a run ended', () => {
  test.each<[string, RunState, readonly Happening[], number | null]>([
    ['now', 'complete', [row(4, 'working', 'complete')], 4],
    ['failed', 'failed', [row(4, 'waiting', 'failed')], 4],
    ['not', 'working', [row(4, 'starting', 'working')], null],
    ['before, and only its attempt was seen to end since', 'stopped', [row(1, 'stopped', 'stopped')], null],
    ['and was resumed', 'working', [row(4, 'working', 'stopped'), row(5, 'stopped', 'starting')], null],
    ['twice', 'failed', [row(4, 'working', 'stopped'), row(5, 'stopped', 'starting'), row(6, 'starting', 'failed')], 6],
  ])('%s', (_, state, rows, hours) => {
    const { endedAt } = reportedRun(run(state), rows, null, PERIOD);
    expect(endedAt === null ? null : (Date.parse(endedAt) - NIGHT) / HOUR).toBe(hours);
  });
});

test('milestones are all counted, and the newest twenty kept', () => {
  const rows = Array.from({ length: 30 }, (_, index) => row(index / 10, 'working', 'working', milestone(index)));
  const { milestones, made } = reportedRun(run('working'), rows, null, PERIOD);
  expect([milestones, made.length, made[0]?.what, made.at(-1)?.what]).toEqual([30, 20, 'new commit 10', 'new commit 29']);
});
