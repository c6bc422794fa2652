import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Part } from '../results.ts';
import { type Growth, row } from '../row.ts';
import { exponent, lastExponent, linesOf, type Point } from './lines.ts';

const SIZES = [1, 10, 100, 1000, 5000];

describe('the exponent', () => {
  test.each<[what: string, figure: (at: number) => number, expected: number]>([
    ['of a constant', () => 42, 0],
    ['of a line', (at) => 3 * at, 1],
    ['of a square', (at) => at ** 2 / 7, 2],
    ['of a root', (at) => Math.sqrt(at), 0.5],
  ])('%s', (_, figure, expected) => {
    expect(exponent(SIZES.map((at): Point => [at, figure(at)]))).toBeCloseTo(expected);
  });

  test('is the same in any unit', () => {
    const points = fc.array(fc.tuple(fc.integer({ min: 1, max: 1e6 }), fc.double({ min: 0.01, max: 1e6, noNaN: true })), { minLength: 2 });
    fc.assert(
      fc.property(points, (those) => {
        const [own, scaled] = [exponent(those), exponent(those.map(([at, figure]): Point => [at, figure * 1000]))];
        if (own === null) expect(scaled).toBeNull();
        else expect(scaled).toBeCloseTo(own, 5);
      }),
    );
  });

  test('is unknown with one size', () => {
    expect(exponent([[100, 3]])).toBeNull();
    expect(exponent([])).toBeNull();
  });

  test('at the end shows what a constant part hides', () => {
    const points = SIZES.map((at): Point => [at, 60 + at * 0.05]);
    expect(exponent(points)).toBeLessThan(0.3);
    expect(lastExponent(points)).toBeGreaterThan(0.6);
  });
});

describe('the lines', () => {
  const measured = (line: string, of: Growth['of'], at: number, figure: number) =>
    row('a figure', 'ms', [figure], { growth: { line, of, at } });
  const part = (...results: Part['results']): Part => ({ name: 'a part', at: '', load: '', results });

  test('join the rows of several parts, by size', () => {
    const parts = [part(measured('status', 'runs', 100, 3), row('another', 'ms', [1])), part(measured('status', 'runs', 1, 2))];
    expect([...linesOf(parts)]).toEqual([
      [
        'runs',
        [
          {
            label: 'status',
            points: [
              [1, 2],
              [100, 3],
            ],
          },
        ],
      ],
    ]);
  });

  test('of one size are none', () => {
    expect([...linesOf([part(measured('status', 'runs', 1, 2), { what: 'x', skipped: 'not here' })])]).toEqual([]);
  });
});
