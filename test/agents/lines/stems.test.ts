import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { API_ERRORS } from '../../../src/agents/lines/api-errors.ts';
import { CERTAIN, CLOSED } from '../../../src/agents/lines/refusals.ts';
import { mayMatch, stems, stemsIn } from '../../../src/agents/lines/stems.ts';

const STEMMED = [...API_ERRORS, ...CERTAIN, ...CLOSED].filter(([, , of]) => of !== undefined);
/** What a generator of matching texts cannot handle, without what it adds to the text. */
const generable = ({ source }: RegExp): RegExp => new RegExp(source.replaceAll(/\\b|\(\?[=!][^)]*\)/g, ''));
const inAnyCase = (text: string, upper: readonly boolean[]): string =>
  [...text].map((character, at) => (upper[at % upper.length] === true ? character.toUpperCase() : character)).join('');

describe('stems', () => {
  test.each(STEMMED.map(([pattern, , of]) => ({ pattern, of })))(
    'every text that matches $pattern has one of its stems',
    ({ pattern, of }) => {
      const around = fc.string({ maxLength: 20 });
      fc.assert(
        fc.property(
          around,
          fc.stringMatching(generable(pattern)),
          around,
          fc.array(fc.boolean(), { minLength: 1 }),
          (before, match, after, upper) => {
            const text = `${before} ${inAnyCase(match, upper)} ${after}`;
            expect(!pattern.test(text) || mayMatch(stemsIn(text), of)).toBe(true);
          },
        ),
      );
    },
  );

  test('a stem is found in any case and at any place, also at the ends', () => {
    const quota = stems('quo');
    expect(['quota', 'QUOTA', 'a Quota', 'the quo'].map((text) => mayMatch(stemsIn(text), quota))).toEqual([true, true, true, true]);
  });

  test('without its stems a pattern is not tried, and without any it always is', () => {
    const rare = stems('zqx');
    expect(mayMatch(stemsIn('the answer took too long'), rare)).toBe(false);
    expect(mayMatch(stemsIn(''), undefined)).toBe(true);
  });

  test('a stem has three characters', () => {
    expect(() => stems('quota')).toThrow("expected a stem of 3 characters, got 'quota'");
  });
});
