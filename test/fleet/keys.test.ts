import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyPart, nameOf, runKey, runOfKey } from '../../src/fleet/keys.ts';

test.each([
  ['upgrade-all', 'upgrade-all'],
  ['a.b', 'a_2eb'],
  ['a_b', 'a_5fb'],
  ['Zürich', 'Z_c3_bcrich'],
  ['*.>', '_2a_2e_3e'],
  ['', ''],
])('%s is written %s', (name, part) => {
  expect(keyPart(name)).toBe(part);
  expect(nameOf(part)).toBe(name);
});

test('any name comes back, in characters that every engine allows', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => {
      expect(keyPart(name)).toMatch(/^[A-Za-z0-9_-]*$/);
      expect(nameOf(keyPart(name))).toBe(name);
    }),
  ));

test('a host and its run', () => expect(runOfKey(runKey('ci.3', 'up_1'))).toEqual({ host: 'ci.3', run: 'up_1' }));

test.each(['a', 'a.b.c', 'a.b c', 'a._zz', '_2.b', '_41.b', '_ff.b'])('%s is the key of no run', (key) => expect(runOfKey(key)).toBe(null));
