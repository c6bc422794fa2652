import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chart } from './chart.ts';
import type { Line, Point } from './lines.ts';

const line = (label: string, figure: (at: number) => number, sizes = [1, 10, 100]): Line => ({
  label,
  points: sizes.map((at): Point => [at, figure(at)]),
});
const heights = (svg: string): number[] => [...svg.matchAll(/<text x="\d+" y="([\d.-]+)">/g)].map(([, y]) => Number(y));

describe('the chart', () => {
  test('has each line with its label and its exponent, escaped', () => {
    const svg = chart([{ of: 'runs', lines: [line('death → resumed', () => 5), line('a <b> & c', (at) => at)] }]);
    expect(svg).toContain('death → resumed<tspan class="dim"> 0.00</tspan>');
    expect(svg).toContain('a &lt;b&gt; &amp; c<tspan class="dim"> 1.00</tspan>');
  });

  test('has both backgrounds in mind, and the sizes on its axis', () => {
    const svg = chart([{ of: 'runs', lines: [line('status', (at) => at, [1, 100, 5000])] }]);
    expect(svg).toContain('prefers-color-scheme:dark');
    expect(svg).toContain('>5,000</text>');
  });

  test('keeps labels from covering each other, however alike the lines are', () => {
    const figures = fc.array(fc.double({ min: 0.1, max: 1e4, noNaN: true }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(figures, (ends) => {
        const svg = chart([{ of: 'runs', lines: ends.map((end, index) => line(`line ${index}`, (at) => (at === 1 ? 1 : end))) }]);
        const sorted = heights(svg).sort((a, b) => a - b);
        expect(sorted).toHaveLength(ends.length);
        for (const [index, height] of sorted.slice(1).entries()) expect(height - sorted[index]!).toBeGreaterThan(15);
      }),
    );
  });

  test('has numbers only, also of figures that are zero', () => {
    expect(chart([{ of: 'runs', lines: [line('idle', (at) => (at === 1 ? 0 : at))] }])).not.toMatch(/NaN|Infinity/);
  });
});
