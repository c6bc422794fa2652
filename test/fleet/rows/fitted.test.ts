import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitted } from '../../../src/fleet/rows/fitted.ts';

const bytes = (text: string): number => Buffer.byteLength(text);

test('a document that fits stays as it is', () => {
  const document = { name: 'build', lines: ['a', 'b'], at: 1, nothing: null };
  expect(fitted(document, 1000)).toBe(JSON.stringify(document));
});

test('of a longer one texts and lists are cut, and fields and numbers stay', () => {
  const document = {
    name: 'build',
    why: 'x'.repeat(10_000),
    lines: Array.from({ length: 200 }, (_, index) => `line ${index}`),
    at: 123_456,
  };
  const cut = JSON.parse(fitted(document, 1000));
  expect(cut).toMatchObject({ name: 'build', at: 123_456 });
  expect(Object.keys(cut)).toEqual(Object.keys(document));
  expect(cut.why).toMatch(/^x+…$/);
  expect(cut.lines).toEqual(document.lines.slice(0, cut.lines.length));
});

test('whatever texts it has, it is JSON without half characters, and no longer than before', () => {
  const texts = fc.array(fc.string({ unit: 'binary', maxLength: 3000 }), { maxLength: 60 });
  fc.assert(
    fc.property(texts, fc.string({ unit: 'grapheme', maxLength: 6000 }), (lines, why) => {
      const document = { why, lines };
      const text = fitted(document, 500);
      expect(bytes(text)).toBeLessThanOrEqual(Math.max(500, bytes(JSON.stringify(document))));
      const read = JSON.parse(text) as typeof document;
      if (read.why !== why) expect(read.why.isWellFormed()).toBe(true);
      // The last size leaves 40 units of one element each: at most six bytes a unit.
      expect(bytes(text)).toBeLessThanOrEqual(Math.max(500, 2 * 40 * 6 + 30));
    }),
    { numRuns: 200 },
  );
});
