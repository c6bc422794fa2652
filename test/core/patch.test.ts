import fc from 'fast-check';
import { expect, test } from 'vitest';
import { patched, patchFrom } from '../../src/core/patch.ts';

const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

test('whatever changes, the changes lead from the one to the other, through JSON as well', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
      const [one, other] = [throughJson(before), throughJson(after)];
      expect(patched(one, throughJson(patchFrom(one, other)))).toEqual(other);
      expect(patchFrom(one, throughJson(one))).toBeNull();
    }),
    { numRuns: 500 },
  );
});

test('only what changed is said', () => {
  const before = { name: 'a', at: { wall: 1, mono: 1 }, tools: [1, 2], tool: null };
  expect(patchFrom(before, { ...before, at: { wall: 1, mono: 2 }, tool: { key: 'make' } })).toEqual({
    at: { mono: [2] },
    tool: [{ key: 'make' }],
  });
});

test('changes of something else are refused', () => {
  expect(() => patched(null, { at: [1] })).toThrow('expected changes of what is known');
});
