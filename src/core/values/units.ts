/** Units of time by symbol, largest first, in milliseconds. */
export const TIME_UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

/**
 * Units of storage by symbol, largest first, in bytes: multiples of 1024, and those of 1000 that an
 * operator may write.
 */
export const SIZE_UNITS = [
  ['PiB', 2 ** 50],
  ['PB', 1e15],
  ['TiB', 2 ** 40],
  ['TB', 1e12],
  ['GiB', 2 ** 30],
  ['GB', 1e9],
  ['MiB', 2 ** 20],
  ['MB', 1e6],
  ['KiB', 2 ** 10],
  ['kB', 1e3],
  ['B', 1],
] as const;

/** The size of the unit with this symbol, in any case; NaN if there is none. */
export const unitSize = (units: readonly (readonly [symbol: string, size: number])[], symbol: string): number =>
  units.find(([name]) => name.toLowerCase() === symbol.toLowerCase())?.[1] ?? Number.NaN;

/** A whole amount in the largest unit that holds it exactly: `90m`, not `5400s`. */
export function inLargestUnit(units: readonly (readonly [symbol: string, size: number])[], amount: number): string {
  const [symbol, size] = units.find(([, each]) => amount % each === 0) ?? ['', 1];
  return `${amount / size}${symbol}`;
}
