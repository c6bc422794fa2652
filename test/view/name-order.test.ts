import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byName } from '../../src/view/name-order.ts';

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'variant' });
const letters = [...'ab1092_-.zAé '];

test('is the order of a collator, for plain names and others', () => {
  const names = fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 8 }).map((all) => all.join(''));
  const related = fc.tuple(names, names, names).map(([stem, one, other]) => [`${stem}${one}`, `${stem}${other}`] as const);
  fc.assert(
    fc.property(related, ([one, other]) => {
      expect(Math.sign(byName(one, other))).toBe(Math.sign(collator.compare(one, other)));
    }),
    { numRuns: 3000 },
  );
});

test.each([
  ['job-2', 'job-10'],
  ['job', 'job-1'],
  ['a_b', 'a-b'],
  ['a-b', 'a.b'],
  ['a.b', 'a1'],
  ['a9', 'ab'],
  ['job-9007199254740993', 'job-9007199254740994'],
])('%s comes before %s', (one, other) => {
  expect(byName(one, other)).toBeLessThan(0);
  expect(byName(other, one)).toBeGreaterThan(0);
});
