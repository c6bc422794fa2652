import type { Instant } from './instant.ts';
import { TIME_UNITS } from './units.ts';

/** Milliseconds from one moment to a later one of the same boot, never negative. */
export const elapsedMs = (from: Instant, to: Instant): number => Math.max(0, to.mono - from.mono);

/** The moment this many milliseconds later. */
export const later = (at: Instant, ms: number): Instant => ({ wall: at.wall + ms, mono: at.mono + ms });

/** A duration for people: the two largest units, "1h 5m", "40s", "250ms". */
export function inWords(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  const parts: string[] = [];
  let rest = Math.round(ms / 1000) * 1000;
  for (const [unit, size] of TIME_UNITS) {
    const count = Math.floor(rest / size);
    if (count === 0) continue;
    parts.push(`${count}${unit}`);
    rest -= count * size;
    if (parts.length === 2) break;
  }
  return parts.join(' ');
}
