import ms from 'ms';

const PATTERN = /^\d+(ms|s|m|h|d)$/;
const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

/** The milliseconds of a duration such as `500ms`, `90s`, `15m`, `2h` or `7d`; null for anything else: `ms` alone would take "1.5 y". */
export function parseDuration(text: string): number | null {
  if (!PATTERN.test(text)) return null;
  const milliseconds = ms(text as ms.StringValue);
  return Number.isSafeInteger(milliseconds) ? milliseconds : null;
}

/** Writes whole milliseconds in the largest unit that holds them exactly, so that `parseDuration` reads the same number back. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0s';
  const [unit, factor] = UNITS.find(([, size]) => milliseconds % size === 0) ?? ['ms', 1];
  return `${milliseconds / factor}${unit}`;
}
