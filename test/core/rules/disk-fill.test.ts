import { expect, test } from 'vitest';
import { ALONE } from '../../../src/core/context.ts';
import type { DiskView } from '../../../src/core/host/disk-view.ts';
import { hasFilled, isOwn } from '../../../src/core/host/fill.ts';
import { inShort } from '../../../src/core/in-short.ts';
import { rows } from '../../kit/core/rows.ts';
import { heldUntil } from '../../kit/core/ticks.ts';
import { MINUTE, SECOND, type Story, working } from '../../kit/core/world.ts';

const GIB = 2 ** 30;
const FULL: DiskView['hold'] = { kind: 'disk', untilWall: null, because: 'the disk at /srv is full' };

function disk(story: Story, how: 'full' | 'short' | 'well'): Story {
  story.disk = { hold: how === 'full' ? FULL : null, isPressed: how !== 'well', takenMono: story.now.mono };
  return story;
}

function fill(story: Story, attempt = story.run.attempt?.number ?? 0) {
  disk(story, 'full');
  const sizes = { grewBytes: 8 * GIB, lostBytes: 9 * GIB, totalBytes: 100 * GIB };
  return story.tell({ kind: 'disk.filled', attempt, path: '/srv/job', ...sizes, withinMs: 90_000 });
}

function ended(story = working()): Story {
  fill(story);
  story.ended();
  return story;
}

/** The next attempt, once the disk has room again. */
function again(story: Story): Story {
  disk(story.after(MINUTE), 'well').tick();
  story.started();
  return story;
}

const thrice = () => ended(again(ended(again(ended()))));

const SIZES = 'the files of attempt 1 in /srv/job grew by 8 GiB within 1m 30s, most of the 9 GiB that a disk of 100 GiB lost';

rows('files that fill a disk', [
  ['those of the living attempt: it is ended', () => fill(working()), 'working', ['end 1', 'escalate to operator: fill'], SIZES],
  ['of an earlier attempt: nothing', () => fill(working(), 0), 'working', [], ''],
  ['ended: it waits', () => ended().last, 'waiting', [], 'no disk that it writes to is short of space any more'],
  [
    'a day later: it waits',
    () =>
      ended()
        .after(1440 * MINUTE)
        .tick(),
    'waiting',
    [],
    SIZES,
  ],
  ['not full any more, and still short: the others go first', () => disk(ended(), 'short').tick(), 'waiting', [], SIZES],
  ['there is room: resumed', () => disk(ended(), 'well').tick(), 'starting', ['resume 2'], ''],
  ['the next attempt does so, too: ended again', () => fill(again(ended())), 'starting', ['end 2'], 'attempt 2'],
  ['the third time: held for a person', () => thrice().last, 'escalated', ['escalate to operator: fill'], 'it has done so 3 times'],
  ['and whatever room there is', () => disk(thrice(), 'well').after(MINUTE).tick(), 'escalated', [], 'until a person resumes it'],
  [
    'the operator resumes it: when there is room, and with all its tries',
    () => {
      const story = disk(thrice(), 'well');
      story.operator({ kind: 'resume', prompt: null });
      return ended(again(story)).last;
    },
    'waiting',
    [],
    'attempt 4',
  ],
  ['its attempt ended by itself before that was seen', () => diedFirst().last, 'waiting', [], SIZES],
]);

function diedFirst(): Story {
  const story = disk(working(), 'full');
  story.exits(1);
  fill(story);
  return story;
}

test('it is held as `disk` with the sizes, charged nothing, and said once', () => {
  const story = ended();
  expect(story.run.holds).toEqual([{ kind: 'disk', untilWall: null, because: expect.stringContaining('8 GiB') }]);
  expect(again(story).run).toMatchObject({ charged: [], attempt: { number: 2 } });
  expect(ended(story).run.charged).toEqual([]);
  expect(story.actions.map(inShort).filter((action) => action.startsWith('escalate'))).toEqual(['escalate to operator: fill']);
});

test('paused, it is left alone; once there is room again, that it did so is no reason any more', () => {
  const story = working();
  story.operator({ kind: 'pause', because: 'looking' });
  expect(fill(story).actions).toEqual([]);
  disk(story.after(SECOND), 'well');
  expect(story.operator({ kind: 'unpause' }).actions).toEqual([]);
  expect(story.run.filled).toMatchObject({ times: 0 });
  expect(disk(story.after(SECOND), 'full').tick().actions).toEqual([]);
});

test('while it waits for the disk no clock wakes it', () => {
  const story = ended();
  const around = { ...ALONE, disk: story.disk };
  expect(heldUntil(story.run, story.now, around)).toBe(Number.POSITIVE_INFINITY);
  expect(heldUntil(story.run, story.now, { ...around, disk: disk(story, 'well').disk })).toBe(story.now.mono);
});

test.each([
  ['most of it, and without it there would be room', 9, 8, 1, 5, true],
  ['half of it', 8, 4, 1, 5, false],
  ['a little of it', 90, 8, 1, 5, false],
  ['most of it, and there would be no room either', 2, 2, 1, 5, false],
  ['there is room by now', 9, 8, 5, 5, false],
  ['the disk has lost nothing', 0, 8, 1, 5, false],
  ['it has shrunk', 9, -3, 1, 5, false],
])('a disk was filled by what grew: %s', (_, lost, grew, available, wanted, is) => {
  const growth = { sinceWall: 0, lostBytes: lost * GIB, grewBytes: grew * GIB };
  expect(hasFilled(growth, { availableBytes: available * GIB, wantedBytes: wanted * GIB })).toBe(is);
});

test.each<[string, readonly string[], boolean]>([
  ['/srv/jobs/one', [], true],
  ['/home/me/job', ['/home/me'], true],
  ['/home/me', [], false],
  ['/var/lib/agents', ['/var/lib/agents'], false],
  ['/', [], false],
  ['/tmp', [], false],
  ['/tmp/job', [], true],
  ['/var/tmp', [], false],
])('a directory is of one run alone: %s', (directory, homes, is) => {
  expect(isOwn(directory, homes, ['/srv/jobs/two'])).toBe(is);
});

test.each(['/srv/jobs', '/srv/jobs/one', '/srv/jobs/one/sub'])('a directory is not of one run alone where %s is of another', (other) => {
  expect(isOwn('/srv/jobs/one', [], [other])).toBe(false);
});
