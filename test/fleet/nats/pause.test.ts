import { expect, test } from 'vitest';
import { pauseMs } from '../../../src/fleet/nats/pause.ts';

test.each([
  [0, 125, 250],
  [1, 250, 500],
  [3, 1000, 2000],
  [6, 5000, 10_000],
  [1000, 5000, 10_000],
])('after %i failures it waits between %i and %i ms', (failures, least, most) => {
  expect(pauseMs(failures, () => 0)).toBe(least);
  expect(pauseMs(failures, () => 1)).toBe(most);
});
