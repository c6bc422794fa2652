import { expect, test } from 'vitest';
import { isFor } from '../../src/units/service-for.ts';

test.each([
  ['DOGWATCH_STATE_DIR=/var/lib/dogwatch', true],
  ['A=1 DOGWATCH_STATE_DIR=/var/lib/dogwatch DOGWATCH_IDLE=5m', true],
  ['DOGWATCH_STATE_DIR=/var/lib/dogwatch-2', false],
  ['DOGWATCH_STATE_DIR=/srv DOGWATCH_STATE_DIR=/var/lib/dogwatch', true],
  ['DOGWATCH_STATE_DIR=/var/lib/dogwatch DOGWATCH_STATE_DIR=/srv', false],
  ['"A=x DOGWATCH_STATE_DIR=/var/lib/dogwatch"', false],
  ['', false],
])('a service with %j', (environment, cares) => {
  expect(isFor(environment, '/var/lib/dogwatch')).toBe(cares);
});

test('a directory with blanks and quotes', () => {
  expect(isFor('"DOGWATCH_STATE_DIR=/a \\"b\\" c" B=2', '/a "b" c')).toBe(true);
});
