import { expect, test } from 'vitest';
import { explain } from '../../../src/core/report/explain.ts';
import { parseHours } from '../../../src/settings/hours/parse.ts';
import { HOUR, MINUTE, type Story, working } from '../../kit/core/world.ts';

/** A story begins on Monday, 2026-11-23, 03:00 UTC. */
const HOURS = parseHours('19:00-07:00; UTC', 'UTC', Date.UTC(2026, 10, 23));

function atEight(hoursLiving: 'finish' | 'turn' | 'end'): Story {
  const story = working({ policy: { hours: HOURS, hoursLiving } });
  story.after(4 * HOUR).tick();
  story.after(HOUR).says({ kind: 'tool' });
  return story;
}

test('a run that waits for its hours says when it goes on, and how to go on now', () => {
  const story = atEight('finish');
  story.exits();
  const words = explain(story.run, story.now);
  expect(words).toContain('outside of its hours (19:00-07:00; UTC); they begin 2026-11-23T19:00:00.000Z.');
  expect(words).toContain('It goes on by itself in 11h; `dogwatch resume upgrade` starts one attempt now.');
});

test.each([
  ['finish', 'It may go on until it ends, and is not resumed for 11h: outside of its hours (19:00-07:00; UTC)'],
  ['turn', 'It is ended when its turn is over, and is not resumed for 11h: outside of its hours (19:00-07:00; UTC)'],
] as const)('a living attempt with %s', (living, words) => {
  const { run, now } = atEight(living);
  expect(explain(run, now)).toContain(words);
});

test('within its hours nothing is said of them', () => {
  const story = working({ policy: { hours: HOURS } });
  expect(explain(story.run, story.after(MINUTE).now)).not.toContain('hours');
});
