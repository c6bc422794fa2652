import type { Instant } from './instant.ts';

/** Milliseconds from one moment to a later one of the same boot, never negative. */
export const elapsedMs = (from: Instant, to: Instant): number => Math.max(0, to.mono - from.mono);

/** The moment so many milliseconds later. */
export const later = (at: Instant, ms: number): Instant => ({ wall: at.wall + ms, mono: at.mono + ms });

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** A duration as people say it: the two largest units, "1h 5m", "40s", "250ms". */
export function inWords(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  const parts: string[] = [];
  let rest = Math.round(ms / 1000) * 1000;
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    if (count === 0) continue;
    parts.push(`${count}${unit}`);
    rest -= count * size;
    if (parts.length === 2) break;
  }
  return parts.join(' ');
}
