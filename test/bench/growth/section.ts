import type { Part } from '../results.ts';
import { chart } from './chart.ts';
import { exponent, lastExponent, linesOf, type Point } from './lines.ts';

export const CHART_NAME = 'growth.svg';

/** The chart of all that was measured at several sizes, or null if nothing was. */
export function growthChart(parts: readonly Part[]): string | null {
  const panels = [...linesOf(parts)].map(([of, lines]) => ({ of, lines }));
  return panels.length === 0 ? null : chart(panels);
}

/** The rows of a table with the exponent of each line. */
export const growthCells = (parts: readonly Part[]): readonly (readonly string[])[] =>
  [...linesOf(parts)].flatMap(([of, lines]) =>
    lines.map(({ label, points }) => [`${label}, by ${of}`, ends(points), written(exponent(points)), written(lastExponent(points))]),
  );

/** The smallest and the largest size. */
function ends(points: readonly Point[]): string {
  const [first, last] = [points[0], points.at(-1)];
  return first === undefined || last === undefined ? '' : `${first[0].toLocaleString('en-US')} – ${last[0].toLocaleString('en-US')}`;
}

const written = (grows: number | null): string => (grows === null ? 'unknown' : grows.toFixed(2));
