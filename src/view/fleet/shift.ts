import { withDates } from '../../core/notices/dates.ts';
import type { Clock } from '../clock.ts';
import type { View } from '../model.ts';
import type { Heard, HostKnown, Now } from './model.ts';

/**
 * The moment on the clock of that host: its own at the answer, and what has passed here since then.
 * Ages by it hold whatever either clock says.
 */
const momentThere = ({ view, atMs }: Heard, now: Now): number => Date.parse(view.at) + (now.upMs - atMs);

/** A clock for texts without a time of day. */
export const clockOf = ({ heard }: HostKnown, now: Now): Clock => ({
  nowWall: heard === null ? now.wall : momentThere(heard, now),
  isUtc: true,
  zone: 'UTC',
});

/** A picture looks at each answer several times, with the same clocks. */
const shown = new WeakMap<Heard, { readonly byMs: number; readonly view: View }>();

/** The view with every date on this host's clock, also those in its texts. */
export function onClockHere(heard: Heard, now: Now): View {
  const byMs = now.wall - momentThere(heard, now);
  const before = shown.get(heard);
  if (before?.byMs === byMs) return before.view;
  const view = shifted(heard.view, byMs) as View;
  shown.set(heard, { byMs, view });
  return view;
}

function shifted(value: unknown, byMs: number): unknown {
  if (typeof value === 'string') return withDates(value, (date) => moved(date, byMs));
  if (Array.isArray(value)) return value.map((one) => shifted(one, byMs));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shifted(one, byMs)]));
}

function moved(date: string, byMs: number): string {
  const at = new Date(Date.parse(date) + byMs);
  return Number.isNaN(at.getTime()) ? date : at.toISOString();
}
