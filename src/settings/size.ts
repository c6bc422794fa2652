import { inLargestUnit, SIZE_UNITS, unitSize } from '../core/values/units.ts';

const PATTERN = /^(\d+(?:\.\d+)?)([kmgtp]i?b|b)$/i;

/**
 * Returns the bytes of a size such as `20GiB` (powers of 1024), `500MB` (powers of 1000) or `0`, or
 * null for anything else, such as the ambiguous `20G`.
 */
export function parseSize(text: string): number | null {
  if (text === '0') return 0;
  const [, digits = '', unit = ''] = PATTERN.exec(text) ?? [];
  const bytes = Math.round(Number.parseFloat(digits) * unitSize(SIZE_UNITS, unit));
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/**
 * Writes bytes in the largest unit that holds them exactly, so that `parseSize` reads the same
 * number.
 */
export const formatSize = (bytes: number): string => (bytes === 0 ? '0B' : inLargestUnit(SIZE_UNITS, bytes));
