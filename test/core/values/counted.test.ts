import { expect, test } from 'vitest';
import { counted } from '../../../src/core/values/counted.ts';

test.each([
  [0, 'run', undefined, '0 runs'],
  [1, 'run', undefined, '1 run'],
  [2, 'run', undefined, '2 runs'],
  [1, 'process', 'processes', '1 process'],
  [21, 'run is', 'runs are', '21 runs are'],
])('%i: %s', (count, one, many, words) => {
  expect(counted(count, one, many)).toBe(words);
});
