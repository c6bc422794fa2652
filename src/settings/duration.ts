import { inLargestUnit, TIME_UNITS, unitSize } from '../core/values/units.ts';

const PATTERN = /^(\d+)(ms|s|m|h|d)$/;

/**
 * Returns the milliseconds of a duration such as `500ms`, `90s`, `15m`, `2h` or `7d`, or null for
 * anything else.
 */
export function parseDuration(text: string): number | null {
  const [, digits = '', unit = ''] = PATTERN.exec(text) ?? [];
  const milliseconds = Number.parseInt(digits, 10) * unitSize(TIME_UNITS, unit);
  return Number.isSafeInteger(milliseconds) ? milliseconds : null;
}

/**
 * Writes whole milliseconds in the largest unit that holds them exactly, so that `parseDuration`
 * reads the same number.
 */
export const formatDuration = (milliseconds: number): string => (milliseconds === 0 ? '0s' : inLargestUnit(TIME_UNITS, milliseconds));
