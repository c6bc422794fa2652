import type { Mark } from '../core/model/disk.ts';
import { formatSize, parseSize } from './size.ts';

const PERCENT = /^(\d{1,3}(?:\.\d{1,3})?)%$/;
const MAX_PERCENT = 100;

/**
 * Returns the number of a percentage such as `15%` or `2.5%`, or null for anything else, including
 * more than 100.
 */
export function parsePercent(text: string): number | null {
  const [, digits] = PERCENT.exec(text) ?? [];
  const percent = digits === undefined ? Number.NaN : Number.parseFloat(digits);
  return percent <= MAX_PERCENT ? percent : null;
}

export const formatPercent = (percent: number): string => `${percent}%`;

/**
 * Returns a percentage, a size, or both separated by a comma (`15%,20GiB`), or null for anything
 * else.
 */
export function parseMark(text: string): Mark | null {
  const parts = text.split(',').map((part) => part.trim());
  const percents = parts.map(parsePercent).filter((percent) => percent !== null);
  const sizes = parts.map(parseSize).filter((bytes) => bytes !== null);
  const isComplete = percents.length + sizes.length === parts.length && percents.length <= 1 && sizes.length <= 1;
  return isComplete ? { percent: percents[0] ?? null, bytes: sizes[0] ?? null } : null;
}

/** Writes a threshold so that `parseMark` reads the same one. */
export function formatMark({ percent, bytes }: Mark): string {
  const parts = [percent === null ? null : formatPercent(percent), bytes === null ? null : formatSize(bytes)];
  return parts.filter((part) => part !== null).join(',');
}
