import { expect, test } from 'vitest';
import { inShort } from '../../../src/core/in-short.ts';
import { rows } from '../../kit/core/rows.ts';
import { MINUTE, SECOND, type Story, working } from '../../kit/core/world.ts';

const MIB = 1024 * 1024;

function cut(story: Story, filledBytes: number | null, how: 'punched' | 'emptied' = 'punched', attempt = 1) {
  return story.tell({ kind: 'log.cut', attempt, how, tookBytes: 1400 * MIB, takesBytes: 10 * MIB, filledBytes });
}

function ended(): Story {
  const story = working();
  cut(story, 1500 * MIB);
  story.ended();
  return story;
}

rows('a log that takes too much', [
  [
    'larger than a log may be: cut, and it works on',
    () => cut(working(), null),
    'working',
    [],
    'took 1.4 GiB (DOGWATCH_MAX_LOG); its oldest part was freed',
  ],
  [
    'where no part can be given back: said',
    () => cut(working(), null, 'emptied'),
    'working',
    [],
    'it was emptied, because this filesystem cannot free part of a file',
  ],
  [
    'it filled the disk: its attempt is ended',
    () => cut(working(), 1500 * MIB),
    'working',
    ['end 1'],
    'took 1.4 GiB of the 1.5 GiB of a full disk',
  ],
  [
    'an earlier attempt filled it: nothing more',
    () => cut(working(), 1500 * MIB, 'punched', 0),
    'working',
    [],
    'its oldest part was freed',
  ],
  [
    'ended: held for a person, whatever room there is',
    () =>
      ended()
        .after(10 * MINUTE)
        .tick(),
    'escalated',
    [],
    'held until a person resumes it',
  ],
  [
    'the operator resumes it: it has another try',
    () => ended().operator({ kind: 'resume', prompt: null }),
    'starting',
    ['resume 2'],
    'the operator asked for it',
  ],
]);

test('the run that is held says why, is charged nothing, and a person is asked once', () => {
  const story = working();
  cut(story, 1500 * MIB);
  const held = story.ended();
  expect(held.run.holds).toEqual([
    expect.objectContaining({ kind: 'disk', untilWall: null, because: expect.stringContaining('1.4 GiB of the 1.5 GiB') }),
  ]);
  expect(held.actions.map(inShort)).toEqual([expect.stringContaining('flood')]);
  expect(held.run.charged).toEqual([]);
  expect(story.after(SECOND).tick().actions).toEqual([]);
});

test('paused, it is left alone', () => {
  const story = working();
  story.operator({ kind: 'pause', because: 'looking' });
  expect(cut(story, 1500 * MIB).actions).toEqual([]);
});
