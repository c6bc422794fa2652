import { describe, expect, test } from 'vitest';
import type { Living } from '../../../src/core/model/policy.ts';
import { lastCause } from '../../../src/core/run/last-cause.ts';
import { parseHours } from '../../../src/settings/hours/parse.ts';
import { rows } from '../../kit/core/rows.ts';
import { HOUR, MINUTE, SECOND, Story, working, worksAndExits } from '../../kit/core/world.ts';

/** A story begins on Monday, 2026-11-23, 03:00 UTC. */
const hoursOf = (text: string) => parseHours(text, 'UTC', Date.UTC(2026, 10, 23));
const NIGHT = hoursOf('19:00-07:00; UTC');
const DAY_ONLY = hoursOf('07:00-19:00; UTC');

const started = (hoursLiving: Living = 'turn') => working({ policy: { hours: NIGHT, hoursLiving } });
/** The same, at the end of its hours. */
const atSeven = (living: Living = 'turn'): Story => {
  const story = started(living);
  story.after(4 * HOUR - 10 * SECOND).says({ kind: 'tool' });
  return story.after(10 * SECOND);
};
const turn = { kind: 'turn', well: true } as const;

rows('outside of its hours', [
  [
    'the first start waits',
    () => new Story({ policy: { hours: DAY_ONLY } }).last,
    'waiting',
    [],
    'outside of its hours (07:00-19:00; UTC); they begin 2026-11-23T07:00:00.000Z',
  ],
  ['within them it starts', () => new Story({ policy: { hours: NIGHT } }).last, 'starting', ['start 1'], 'start'],
  ['without hours it starts', () => new Story({ policy: { hours: null } }).last, 'starting', ['start 1'], 'start'],
  ['a run of an older build has none', () => new Story({ policy: { hours: undefined } }).last, 'starting', ['start 1'], 'start'],
  [
    'a dead run waits',
    () => {
      const story = atSeven('finish');
      story.after(MINUTE);
      return story.exits();
    },
    'waiting',
    [],
    'they begin 2026-11-23T19:00:00.000Z',
  ],
  [
    'a run that waits for its backoff waits on',
    () => {
      const story = started();
      story.after(4 * HOUR - 2 * SECOND);
      story.exits(1);
      story.after(2 * SECOND);
      return story.tick();
    },
    'waiting',
    [],
    'outside of its hours',
  ],
]);

test('the hold has an end, and says so', () => {
  const { run } = new Story({ policy: { hours: DAY_ONLY } });
  expect(run.holds).toMatchObject([{ kind: 'hours', untilWall: Date.UTC(2026, 10, 23, 7) }]);
  expect(run.due).toBeNull();
});

test('an attempt that was ended for them has not failed', () => {
  const story = atSeven('end');
  story.tick();
  story.ended();
  expect(lastCause(story.run)).toBeNull();
});

test('when they begin it comes back, uncharged, and spread', () => {
  const story = atSeven('end');
  expect(story.tick().actions).toMatchObject([{ kind: 'end', attempt: 1 }]);
  story.ended();
  expect(story.run).toMatchObject({ state: 'waiting', holds: [{ kind: 'hours' }], excuse: 'parked', streak: { shortDeaths: 0 } });
  story.after(12 * HOUR - MINUTE).tick();
  expect(story.run.state).toBe('waiting');
  const decision = story.after(MINUTE).tick();
  expect(decision.actions).toMatchObject([
    {
      kind: 'resume',
      attempt: 2,
      mode: 'resume',
      prompt: { reason: expect.stringContaining('the run has to wait: outside of its hours') },
    },
  ]);
  expect(decision.because).toContain('its hours have begun; runs come back staggered');
  expect(decision.run.charged).toEqual([]);
});

describe('a living attempt when they end', () => {
  test('finish: it goes on, and nothing follows it', () => {
    const story = atSeven('finish');
    expect(story.tick().actions).toEqual([]);
    expect(story.run).toMatchObject({ state: 'working', holds: [{ kind: 'hours' }] });
    expect(worksAndExits(story).actions).toEqual([]);
    expect(story.run).toMatchObject({ state: 'waiting', holds: [{ kind: 'hours' }] });
  });

  test('turn: it is ended when its turn is over and it does not end by itself', () => {
    const story = atSeven('turn');
    expect(story.tick().actions).toEqual([]);
    expect(story.after(HOUR).says({ kind: 'tool' }).actions).toEqual([]);
    expect(story.after(MINUTE).says(turn).actions).toEqual([]);
    expect(story.after(9 * SECOND).tick().actions).toEqual([]);
    expect(story.after(SECOND).tick().actions).toMatchObject([{ kind: 'end', because: expect.stringContaining('outside of its hours') }]);
    expect(story.ended().actions).toEqual([]);
    expect(story.run).toMatchObject({ state: 'waiting', excuse: 'parked' });
  });

  test('turn: an end by itself is no work of dogwatch', () => {
    const story = atSeven('turn');
    story.tick();
    story.after(MINUTE).says(turn);
    expect(story.after(SECOND).exits().actions).toEqual([]);
    expect(story.run).toMatchObject({ state: 'waiting', attempt: { endingBecause: null } });
  });

  test('turn: an agent that begins the next turn at once is ended in it', () => {
    const story = atSeven('turn');
    story.tick();
    story.after(MINUTE).says(turn);
    expect(story.after(SECOND).says({ kind: 'tool' }).actions).toMatchObject([{ kind: 'end' }]);
  });

  test('turn: one whose turn was over before is ended then', () => {
    const story = started('turn');
    story.after(4 * HOUR - MINUTE).says(turn);
    expect(story.after(MINUTE).tick().actions).toMatchObject([{ kind: 'end' }]);
  });

  test('turn: hours that begin again in its turn end nothing', () => {
    const story = working({ policy: { hours: hoursOf('Mon 03:00-04:00, Mon 05:00-06:00; UTC'), hoursLiving: 'turn' } });
    for (let minutes = 0; minutes < 150; minutes++) story.after(MINUTE).says({ kind: 'tool' });
    expect(story.run).toMatchObject({ state: 'working', parking: null, holds: [] });
    expect(story.says(turn).actions).toEqual([]);
    expect(story.after(20 * SECOND).tick().actions).toEqual([]);
  });

  test('end: it is ended at once', () => {
    expect(atSeven('end').tick().actions).toMatchObject([{ kind: 'end', because: expect.stringContaining('19:00-07:00; UTC') }]);
  });

  test('a paused run is left alone', () => {
    const story = atSeven('end');
    story.now = { wall: story.now.wall - MINUTE, mono: story.now.mono - MINUTE };
    story.operator({ kind: 'pause', because: 'wait' });
    expect(story.after(2 * MINUTE).tick().actions).toEqual([]);
  });
});

describe('the operator may override them, once', () => {
  test('a resume outside of them starts an attempt, which is left alone in these hours', () => {
    const story = atSeven('end');
    story.tick();
    story.ended();
    const resumed = story.after(HOUR).operator({ kind: 'resume', prompt: null });
    expect(resumed.actions).toMatchObject([{ kind: 'resume', attempt: 2 }]);
    story.started();
    expect(story.after(MINUTE).says({ kind: 'tool' }).actions).toEqual([]);
    expect(worksAndExits(story).actions).toEqual([]);
    expect(story.run).toMatchObject({ state: 'waiting', holds: [{ kind: 'hours' }] });
  });

  test('a living attempt goes on beyond its turn', () => {
    const story = atSeven('turn');
    story.tick();
    expect(story.after(MINUTE).operator({ kind: 'resume', prompt: null }).reply?.message).toContain('outside of its hours');
    story.says(turn);
    expect(story.after(MINUTE).says({ kind: 'tool' }).actions).toEqual([]);
    expect(story.run).toMatchObject({ state: 'working' });
  });

  test('when the next hours end, they hold it as well', () => {
    const story = atSeven('end');
    story.operator({ kind: 'resume', prompt: null });
    for (let hour = 0; hour < 23; hour++) story.after(HOUR).says({ kind: 'tool' });
    expect(story.actions.filter(({ kind }) => kind === 'end')).toEqual([]);
    expect(story.after(HOUR).says({ kind: 'tool' }).actions).toMatchObject([{ kind: 'end' }]);
  });
});

describe('recovery agents obey them too', () => {
  const handedOff = (hoursLiving: Living = 'turn') => {
    const story = working({ policy: { hours: NIGHT, hoursLiving, maxResumes: 0 } });
    story.recovers = true;
    worksAndExits(story);
    story.gathered();
    return story;
  };

  test('none is started outside of them, and the supervisor hears when to ask again', () => {
    const story = handedOff();
    expect(story.run.state).toBe('handed-off');
    const { reply } = story.after(5 * HOUR).operator({
      kind: 'recover',
      recovery: { agent: 'claude', command: ['claude'], account: 'a/b/c', model: null, credentials: '', timeoutMs: HOUR, most: 3 },
    });
    expect(reply).toMatchObject({ accepted: false, message: expect.stringContaining('they begin 2026-11-23T19:00:00.000Z') });
    expect(story.run.state).toBe('handed-off');
  });

  test.each(['finish', 'turn'] as const)('%s: one at work goes on for its time', (living) => {
    const story = handedOff(living);
    story.after(3 * HOUR + 50 * MINUTE).mends();
    expect(story.after(20 * MINUTE).tick().actions).toEqual([]);
  });

  test('end: one at work is ended, and the run is handed off again', () => {
    const story = handedOff('end');
    story.after(3 * HOUR + 50 * MINUTE).mends();
    expect(story.after(20 * MINUTE).tick().actions).toMatchObject([
      { kind: 'end-recovery', because: expect.stringContaining('outside of its hours') },
    ]);
    story.menderGone();
    expect(story.run.state).toBe('handed-off');
  });
});

describe('the clock', () => {
  test('set forward beyond the beginning, it frees the run; set back, it holds it with another end', () => {
    const story = new Story({ policy: { hours: DAY_ONLY } });
    story.now = { ...story.now, wall: story.now.wall + 5 * HOUR };
    expect(story.tick().actions).toMatchObject([{ kind: 'resume' }]);
    const back = new Story({ policy: { hours: DAY_ONLY } });
    back.now = { ...back.now, wall: back.now.wall - 24 * HOUR };
    expect(back.tick().run.holds).toMatchObject([{ kind: 'hours', untilWall: Date.UTC(2026, 10, 22, 7) }]);
  });
});
