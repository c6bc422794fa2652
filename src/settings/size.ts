import { inLargestUnit, SIZE_UNITS, unitSize } from '../core/values/units.ts';

const PATTERN = /^(\d+(?:\.\d+)?)([kmgtp]i?b|b)$/i;

/**
 * The bytes of a size: `20GiB` (of 1024), `500MB` (of 1000) or `0`; null for anything else, such as
 * `20G`, which means either to some.
 */
export function parseSize(text: string): number | null {
  if (text === '0') return 0;
  const [, digits = '', unit = ''] = PATTERN.exec(text) ?? [];
  const bytes = Math.round(Number.parseFloat(digits) * unitSize(SIZE_UNITS, unit));
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/**
 * Writes bytes in the largest unit that holds them exactly, so that `parseSize` reads the same
 * number back.
 */
export const formatSize = (bytes: number): string => (bytes === 0 ? '0B' : inLargestUnit(SIZE_UNITS, bytes));
