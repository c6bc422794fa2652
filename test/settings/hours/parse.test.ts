import { describe, expect, test } from 'vitest';
import { parseHours } from '../../../src/settings/hours/parse.ts';
import { readSettings } from '../../../src/settings/read.ts';

const NOW = Date.UTC(2026, 10, 30);

test.each([
  ['Mon-Fri 19:00-07:00, Sat-Sun; Europe/Berlin', 'Mon-Fri 19:00-07:00, Sat-Sun; Europe/Berlin'],
  [' mon-FRI  19:00-07:00 ,sat;Europe/Berlin ', 'Mon-Fri 19:00-07:00, Sat; Europe/Berlin'],
  ['19:00-07:00', '19:00-07:00; America/New_York'],
  ['Mon', 'Mon; America/New_York'],
  ['Fri-Mon 20:00-24:00; UTC', 'Fri-Mon 20:00-24:00; UTC'],
])('%j is read as %j', (text, expected) => {
  const read = parseHours(text, 'America/New_York', NOW);
  expect(read?.text).toBe(expected);
  expect(parseHours(expected, 'UTC', NOW)).toEqual(read);
});

describe('what is not understood is refused', () => {
  test.each([
    [''],
    [';UTC'],
    ['Mon,'],
    ['Monday'],
    ['Mon–Fri'],
    ['Mon-Fri 19-07'],
    ['Mon-Fri 9:00-17:00'],
    ['Mon 7pm-8pm'],
    ['Mon19:00-20:00'],
    ['Mon 24:00-07:00'],
    ['Mon 23:00-24:30'],
    ['Mon 23:00-25:00'],
    ['Mon 23:60-24:00'],
    ['Mon 19:00'],
    ['Mon Tue'],
    ['Mon 19:00-20:00 21:00-22:00'],
    ['never'],
    ['* 19-7 * * *'],
    ['Mon; Europe/Nowhere'],
    ['Mon; CET'],
    ['Mon; IST'],
    ['Mon; +02:00'],
    ['Mon;'],
    ['Mon; UTC; UTC'],
    // No minute of the week, or each of them.
    ['Mon 19:00-19:00'],
    ['Mon-Sun'],
    ['Tue-Mon 00:00-24:00'],
    ['00:00-12:00, 12:00-24:00'],
  ])('%j', (text) => {
    expect(parseHours(text, 'UTC', NOW)).toBeNull();
    if (text === '') return;
    const { problems } = readSettings({ DOGWATCH_HOURS: text, HOME: '/home/jo' });
    expect(problems).toMatchObject([{ name: 'DOGWATCH_HOURS', expected: expect.stringContaining('always, or a list of days and hours') }]);
    expect(problems[0]?.hint).toContain('Mon-Fri 19:00-07:00, Sat-Sun; Europe/Berlin');
  });

  test.each(['always', ' Always '])('%j is no restriction', (text) => {
    const { settings, problems } = readSettings({ DOGWATCH_HOURS: text });
    expect([settings.hours, problems]).toEqual([null, []]);
  });
});
