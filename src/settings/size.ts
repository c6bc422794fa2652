const PATTERN = /^(\d+(?:\.\d+)?)([kmgtp]i?b|b)$/i;
const UNITS = [
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

/** The bytes of a size: `20GiB` (of 1024), `500MB` (of 1000) or `0`; null for anything else, such as `20G`, which means either to some. */
export function parseSize(text: string): number | null {
  if (text === '0') return 0;
  const [, digits = '', spelled = ''] = PATTERN.exec(text) ?? [];
  const factor = UNITS.find(([unit]) => unit.toLowerCase() === spelled.toLowerCase())?.[1] ?? Number.NaN;
  const bytes = Math.round(Number.parseFloat(digits) * factor);
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** Writes bytes in the largest unit that holds them exactly, so that `parseSize` reads the same number back. */
export function formatSize(bytes: number): string {
  if (bytes === 0) return '0B';
  const [unit, factor] = UNITS.find(([, size]) => bytes % size === 0) ?? ['B', 1];
  return `${bytes / factor}${unit}`;
}
