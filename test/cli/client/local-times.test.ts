import { expect, test } from 'vitest';
import { withLocalTimes } from '../../../src/cli/client/local-times.ts';

const AT = new Date(2026, 10, 30, 14, 0).getTime();
const iso = (...[day, hour]: readonly [number, number]): string => new Date(2026, 10, day, hour, 8).toISOString();

test.each([
  [`they begin ${iso(30, 16)}`, 'they begin 16:08, in 2 h 8 min'],
  [`resets ${iso(29, 16)} (stated in an event)`, 'resets Sun 16:08, 21 h 52 min ago (stated in an event)'],
  [`from ${iso(1, 9)} to ${iso(30, 9)}`, 'from 2026-11-01 09:08, 29 d 4 h ago to 09:08, 4 h 52 min ago'],
  ['attempt 3 ended with exit status 1', 'attempt 3 ended with exit status 1'],
  ['2026-99-99T99:99:99Z is no date', '2026-99-99T99:99:99Z is no date'],
])('%s', (text, words) => {
  expect(withLocalTimes(text, AT)).toBe(words);
});
