import { expect, test } from 'vitest';
import { ALONE } from '../../../src/core/context.ts';
import type { DiskView } from '../../../src/core/host/disk-view.ts';
import { inShort } from '../../../src/core/in-short.ts';
import { rows } from '../../kit/core/rows.ts';
import { heldUntil } from '../../kit/core/ticks.ts';
import { MINUTE, SECOND, Story, type Wishes, working } from '../../kit/core/world.ts';

const FULL: DiskView['hold'] = {
  kind: 'disk',
  untilWall: null,
  because: 'the disk at /srv is full (1 GiB available); space is being freed',
};

/** A run that has worked for two minutes on a disk that is full now. */
function onFullDisk(wishes: Wishes = {}): Story {
  const story = working(wishes).after(2 * MINUTE);
  story.says();
  story.disk = { hold: FULL, isPressed: true, takenMono: story.now.mono };
  return story;
}

function room(story: Story): Story {
  story.disk = { hold: null, isPressed: false, takenMono: story.now.mono };
  return story;
}

function died(story: Story): Story {
  story.exits(1);
  return story;
}

function saidSo(): Story {
  const story = working().after(2 * MINUTE);
  story.says({ kind: 'no-space', text: 'ENOSPC: no space left on device, write' });
  return story;
}

rows('a full disk', [
  ['the attempt lives: left alone', () => onFullDisk().tick(), 'working', [], 'is active'],
  ['it dies: not resumed', () => died(onFullDisk()).last, 'waiting', [], 'the disk at /srv is full'],
  [
    'a day later: not resumed',
    () =>
      died(onFullDisk())
        .after(24 * 60 * MINUTE)
        .tick(),
    'waiting',
    [],
    'the disk at /srv is full',
  ],
  ['there is room again: resumed', () => room(died(onFullDisk())).tick(), 'starting', ['resume 2'], 'its disk is writable again'],
  ['the operator asks for it: when there is room', () => resumedOnFullDisk().last, 'waiting', [], 'the disk at /srv is full'],
  ['and then at once', () => room(resumedOnFullDisk()).tick(), 'starting', ['resume 2'], ''],
  ['a run that was registered just now waits, too', () => new Story({}, { disk: FULL }).last, 'waiting', [], 'the disk at /srv is full'],
]);

function resumedOnFullDisk(): Story {
  const story = died(onFullDisk());
  story.operator({ kind: 'resume', prompt: null });
  return story;
}

rows('an agent that reports a full disk', [
  ['and dies: the disks are being measured first', () => died(saidSo()).last, 'waiting', [], 'the disks are being measured'],
  ['one is full: held', () => looked(died(saidSo()), FULL).tick(), 'waiting', [], 'the disk at /srv is full'],
  ['none is: resumed like any other', () => looked(died(saidSo()), null).tick(), 'starting', ['resume 2'], 'resume at once'],
  [
    'nobody can look: resumed after 5 s',
    () =>
      died(saidSo())
        .after(5 * SECOND)
        .tick(),
    'starting',
    ['resume 2'],
    '',
  ],
  [
    'the look is older than what it said: not yet',
    () =>
      died(room(saidSo()))
        .after(4 * SECOND)
        .tick(),
    'waiting',
    [],
    'the disks are being measured',
  ],
]);

test.each([
  ['its budget is spent: handed off', () => working({ policy: { maxResumes: 0 } }), 'handed-off', ['escalate to supervisor: budget']],
  ['it is on trial after a recovery: for a person', tried, 'escalated', ['escalate to operator: recovery']],
] as const)('what followed while the disks were to be looked at is taken up after the look: %s', (_given, begun, state, actions) => {
  const story = begun().after(2 * MINUTE);
  story.says({ kind: 'no-space', text: 'ENOSPC: no space left on device, write' });
  died(story);
  expect(story.gathered()).toMatchObject({ run: { state: 'waiting' } });
  const { run, actions: acts } = looked(story, null).tick();
  expect([run.state, acts.map(inShort)]).toEqual([state, actions]);
});

/** The attempt after a recovery. */
function tried(): Story {
  const story = died(working({ policy: { maxResumes: 0 } }).after(2 * MINUTE));
  story.gathered();
  story.mends();
  story.mender('resume', 'the disk was full');
  story.menderGone();
  story.gathered();
  story.started();
  return story;
}

function looked(story: Story, hold: DiskView['hold']): Story {
  story.after(SECOND);
  story.disk = { hold, isPressed: hold !== null, takenMono: story.now.mono };
  return story;
}

test('a full disk never costs a resume of the budget', () => {
  const story = onFullDisk({ policy: { maxResumes: 1 } });
  for (let death = 0; death < 5; death++) {
    died(story);
    story.gathered();
    room(story).after(MINUTE).tick();
    story.started();
    story.after(2 * MINUTE).says();
    story.disk = { hold: FULL, isPressed: true, takenMono: story.now.mono };
  }
  expect(story.run.charged).toEqual([]);
  expect(story.actions.filter(({ kind }) => kind === 'escalate')).toEqual([]);
});

test('what was tried before anybody knew that the disk is full costs nothing', () => {
  const story = working().after(2 * MINUTE);
  story.says();
  died(story);
  expect(story.run.charged).toEqual([2]);
  story.startFails('its shim could not start it: printf: I/O error');
  expect(story.run).toMatchObject({ state: 'waiting', streak: { startFailures: 1 }, charged: [2] });
  story.disk = { hold: FULL, isPressed: true, takenMono: story.now.mono };
  story.tick();
  expect(story.run).toMatchObject({ state: 'waiting', streak: { startFailures: 0 }, charged: [], holds: [FULL] });
  expect(inShort(room(story).after(MINUTE).tick().actions[0]!)).toBe('resume 3');
  expect(story.run.charged).toEqual([]);
});

test('its history says once that the disk holds it', () => {
  const story = died(working());
  expect(story.run).toMatchObject({ state: 'waiting', holds: [{ kind: 'backoff' }] });
  story.disk = { hold: FULL, isPressed: true, takenMono: story.now.mono };
  expect(story.tick()).toMatchObject({ material: true, because: FULL?.because });
  expect(story.after(SECOND).tick()).toMatchObject({ material: false });
  story.disk = { hold: { ...FULL!, because: 'the disk at /srv is full (1.1 GiB available)' }, isPressed: true, takenMono: story.now.mono };
  expect(story.after(SECOND).tick()).toMatchObject({ material: false, run: { holds: [story.disk.hold] } });
});

test('a command that cannot be started on a full disk is not given up', () => {
  const story = new Story();
  story.startFails('mkfifo: No space left on device');
  story.after(MINUTE).tick();
  story.startFails('mkfifo: No space left on device');
  story.disk = { hold: FULL, isPressed: true, takenMono: story.now.mono };
  story.tick();
  expect(story.run).toMatchObject({ state: 'waiting', streak: { startFailures: 0 } });
});

test('a run with a spent budget is examined too when there is room again', () => {
  const story = died(onFullDisk({ policy: { maxResumes: 0 } }));
  const { disk } = room(story);
  expect(heldUntil(story.run, story.now, { ...ALONE, disk })).toBe(story.now.mono);
});

test('a lack of space that no disk shows is for a person at its second time', () => {
  const story = saidSo();
  const next = () => {
    died(story);
    looked(story, null).tick();
    const actions = story.decisions.flatMap(({ actions }) => actions).map(inShort);
    story.started();
    story.after(2 * MINUTE).says({ kind: 'no-space', text: 'EDQUOT: disk quota exceeded' });
    return actions;
  };
  expect(next()).toEqual(['start 1', 'resume 2']);
  expect(next()).toEqual(['start 1', 'resume 2', 'resume 3', 'escalate to operator: no-space']);
  expect(next()).toEqual(['start 1', 'resume 2', 'resume 3', 'escalate to operator: no-space', 'resume 4']);
});
