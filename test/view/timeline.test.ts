import { expect, test } from 'vitest';
import { disksOf, filesystemsOf } from '../../src/view/disks.ts';
import { journalLine } from '../../src/view/journal.ts';
import { timelineOf } from '../../src/view/timeline.ts';
import { disk, GIB, MARKS } from '../kit/core/disks.ts';
import { milestone, paused } from '../kit/core/moments.ts';
import { HOUR, MINUTE, type Story } from '../kit/core/world.ts';

const rowsOf = (story: Story) =>
  story.decisions
    .filter(({ material }) => material)
    .map(({ observation, from, run, because, events, actions }) => ({
      seq: observation.seq,
      observation,
      from,
      to: run.state,
      because,
      events,
      actions,
    }));

const axisOf = (story: Story, isWhole = true) => ({
  startedAt: new Date(story.run.registeredAt.wall).toISOString(),
  nowWall: story.now.wall,
  cwd: '/srv/project',
  isWhole,
  isActive: true,
});

test('attempts, states and milestones of a run are on one axis', () => {
  const story = milestone();
  const { from, to, attempts, states, milestones } = timelineOf(rowsOf(story), [], axisOf(story));
  expect([from, to]).toEqual([new Date(story.run.registeredAt.wall).toISOString(), new Date(story.now.wall).toISOString()]);
  expect(attempts.map(({ number, to: end }) => [number, end === null])).toEqual([
    [1, false],
    [2, false],
    [3, true],
  ]);
  expect(attempts[0]?.exit).toMatchObject({ signal: 'SIGKILL' });
  for (const [index, state] of states.entries()) {
    expect(state.to).toBe(states[index + 1]?.from ?? null);
    expect(state.state).not.toBe(states[index + 1]?.state);
  }
  expect(states.at(-1)).toMatchObject({ state: story.run.state, group: 'working' });
  expect(milestones).toEqual([expect.objectContaining({ what: expect.stringContaining('3') })]);
});

test('without its first rows, the axis begins where the journal does', () => {
  const story = paused();
  const rows = rowsOf(story).slice(2);
  expect(timelineOf(rows, [], axisOf(story, false)).from).toBe(new Date(rows[0]?.observation.at.wall ?? 0).toISOString());
});

test('the samples of its own disk only, within its time', () => {
  const story = milestone();
  const sampled = (wall: number, paths: string[], availableBytes: number) => ({
    observation: {
      kind: 'disk.sampled' as const,
      takenMono: 1,
      isWhole: true,
      filesystems: [disk({ paths, availableBytes })],
      unreachable: [],
      seq: 1,
      at: { wall, mono: 1 },
      jitter: 0,
    },
  });
  const start = story.run.registeredAt.wall;
  const rows = [
    sampled(start - HOUR, ['/srv/project'], 1),
    sampled(start + MINUTE, ['/srv/project'], 2),
    sampled(start + MINUTE, ['/other'], 3),
  ];
  expect(timelineOf([], rows, axisOf(story)).disk).toEqual([
    { at: new Date(start + MINUTE).toISOString(), availableBytes: 2, totalBytes: 1000 * GIB },
  ]);
});

test('a line of the journal has the decision and what happened, in words', () => {
  const lines = rowsOf(milestone()).map(journalLine);
  const started = lines.find(({ happened }) => happened.includes('attempt 2 started'));
  expect(started?.observation).toBe('action.settled');
  expect(lines.flatMap(({ decided }) => decided)).toEqual(expect.arrayContaining(['start attempt 1', 'resume as attempt 2']));
});

test('disks have their thresholds, who fills them, and when they are full at this rate', () => {
  const measured = [{ ...disk({ availableBytes: 10 * GIB, paths: ['/work'] }), device: '1' }];
  const known = {
    pressure: {
      devices: [{ device: '1', takenMono: 1000, bytes: { available: 10 * GIB, total: 1000 * GIB, lossPerMs: GIB / MINUTE } }],
      unreachable: [],
    },
    efforts: { 1: { largest: ['/work/cache: 800 GiB'] } },
  } as never;
  const runs = [{ name: 'logger', cwd: '/work', filled: 'the files of attempt 1 grew by 9 GiB' }] as never;
  const [one] = disksOf(measured, runs, { marks: MARKS, host: known, nowWall: 0, nowMono: 1000 });
  expect(one).toMatchObject({
    pressure: 'soft',
    softBytes: 20 * GIB,
    criticalBytes: 5 * GIB,
    fullAt: '1970-01-01T00:10:00.000Z',
    filledBy: [{ run: 'logger', because: 'the files of attempt 1 grew by 9 GiB' }],
    largest: ['/work/cache: 800 GiB'],
  });
  expect(disksOf(measured, runs, { marks: MARKS, host: known, nowWall: 0, nowMono: HOUR })[0]?.fullAt).toBeNull();
  expect(
    filesystemsOf(measured, [
      { id: 'a', cwd: '/work' },
      { id: 'b', cwd: '/elsewhere' },
    ]),
  ).toEqual(new Map([['a', '/work']]));
});
