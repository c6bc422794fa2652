import { describe, expect, test } from 'vitest';
import { type Answer, type Ask, type Asks, MAX_OPEN, NO_ASKS, withAsk } from '../../../src/core/asks/ask.ts';

const AT = { mono: 1000, wall: 2000 };
const YES: Answer = { says: 'yes', text: '', by: 'rule', at: AT };
const ask = (number: number, patch: Partial<Ask> = {}): Ask => ({
  ...{ key: `k${number}`, of: 'permission', text: 'Bash: git push', number, attempt: 1, request: `a${number}`, at: AT },
  ...{ answer: YES, taken: true, ...patch },
});
const numbers = ({ all }: Asks) => all.map(({ number }) => number);
const asked = (from: Asks, count: number): Asks =>
  Array.from({ length: count }, (_, index) => ask(from.last + 1 + index)).reduce(withAsk, from);

describe('questions that are over', () => {
  test('as many are kept as can be asked at once, and the oldest go first', () => {
    expect(numbers(asked(NO_ASKS, MAX_OPEN))).toEqual(Array.from({ length: MAX_OPEN }, (_, index) => index + 1));
    expect(numbers(asked(NO_ASKS, MAX_OPEN + 2))).toEqual(Array.from({ length: MAX_OPEN }, (_, index) => index + 3));
  });

  test('one that is asked again, and was answered long ago, is kept until its answer can be read', () => {
    const untaken = withAsk(NO_ASKS, ask(1, { taken: false }));
    const after = withAsk(asked(untaken, MAX_OPEN), ask(1, { attempt: 2, request: 'again' }));
    expect(numbers(after).at(-1)).toBe(1);
    expect(asked(after, MAX_OPEN - 1).all[0]).toMatchObject({ number: 1, request: 'again', taken: true });
  });

  test('what is not over stays where it is, and is not dropped', () => {
    const open = withAsk(withAsk(NO_ASKS, ask(1, { answer: null, taken: false })), ask(2));
    expect(numbers(withAsk(open, ask(1, { taken: false })))).toEqual([1, 2]);
    expect(numbers(asked(open, 2 * MAX_OPEN))[0]).toBe(1);
  });
});
