/** Ascending whole numbers as ranges with both ends included: thousands in a row are one range. */
export type Ranges = readonly (readonly [from: number, to: number])[];

export function toRanges(numbers: readonly number[]): Ranges {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] + 1 === number) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges;
}

export const fromRanges = (ranges: Ranges): readonly number[] =>
  ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index));
