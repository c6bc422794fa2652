import type { Part } from '../results.ts';
import type { Growth } from '../row.ts';

/** A figure at several sizes, smallest first. */
export interface Line {
  readonly label: string;
  readonly points: readonly Point[];
}

/** A size, and the median there. */
export type Point = readonly [at: number, figure: number];

/** The lines of all that was measured at two sizes or more, by what grows. */
export function linesOf(parts: readonly Part[]): ReadonlyMap<Growth['of'], readonly Line[]> {
  const rows = parts.flatMap(({ results }) =>
    results.flatMap((one) => ('skipped' in one || one.growth == null ? [] : [{ ...one.growth, p50: one.p50 }])),
  );
  const all = Map.groupBy(rows, ({ of }) => of);
  return new Map(
    [...all].flatMap(([of, those]) => {
      const lines = [...Map.groupBy(those, ({ line }) => line)].map(([label, points]) => ({
        label,
        points: points.map(({ at, p50 }): Point => [at, p50]).sort(([a], [b]) => a - b),
      }));
      const known = lines.filter(({ points }) => new Set(points.map(([at]) => at)).size > 1);
      return known.length === 0 ? [] : [[of, known]];
    }),
  );
}

/**
 * The exponent of growth, by least squares on the logarithms: 0 is constant, 1 is linear. Null if
 * fewer than two sizes are known.
 */
export function exponent(points: readonly Point[]): number | null {
  const logs = points.filter(([at, figure]) => at > 0 && figure > 0).map(([at, figure]): Point => [Math.log(at), Math.log(figure)]);
  const mean = (index: 0 | 1) => logs.reduce((sum, log) => sum + log[index], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  const spread = logs.reduce((sum, [at]) => sum + (at - x) ** 2, 0);
  return spread > 0 ? logs.reduce((sum, [at, figure]) => sum + (at - x) * (figure - y), 0) / spread : null;
}

/**
 * The exponent between the two largest sizes: what a constant part, such as the start of Node,
 * hides in all of the line.
 */
export const lastExponent = (points: readonly Point[]): number | null => exponent(points.slice(-2));
