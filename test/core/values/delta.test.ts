import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyDelta, deltaFrom } from '../../../src/core/values/delta.ts';

const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

test('whatever changes, the changes lead from the one to the other, through JSON as well', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
      const [one, other] = [throughJson(before), throughJson(after)];
      expect(applyDelta(one, throughJson(deltaFrom(one, other)))).toEqual(other);
      expect(deltaFrom(one, throughJson(one))).toBeNull();
    }),
    { numRuns: 500 },
  );
});

test('only what changed is said', () => {
  const before = { name: 'a', at: { wall: 1, mono: 1 }, tools: [1, 2], tool: null };
  expect(deltaFrom(before, { ...before, at: { wall: 1, mono: 2 }, tool: { key: 'make' } })).toEqual({
    at: { mono: [2] },
    tool: [{ key: 'make' }],
  });
});

test('of a list only what follows the items that stayed is said', () => {
  const before = { charged: [2, 3, 4], seen: ['a'] };
  expect(deltaFrom(before, { charged: [2, 3, 4, 5], seen: ['a'] })).toEqual({ charged: [3, [5]] });
  expect(deltaFrom(before, { charged: [2], seen: ['b'] })).toEqual({ charged: [1, []], seen: [['b']] });
});

test('whatever happens to a list, the changes lead from the one to the other', () => {
  const list = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 6 });
  fc.assert(
    fc.property(list, list, (before, after) => {
      expect(applyDelta({ list: before }, throughJson(deltaFrom({ list: before }, { list: after })))).toEqual({ list: after });
    }),
    { numRuns: 500 },
  );
});

test('changes of something else are refused', () => {
  expect(() => applyDelta(null, { at: [1] })).toThrow('expected changes of a known value');
});
