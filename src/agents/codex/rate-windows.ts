import type { UsageWindow } from '../../core/model/signals.ts';
import { short } from '../lines/short.ts';
import { structuredReset } from '../times/reset.ts';

/** What codex's record of a thread says of the account's limits after each answer (0.169.0). */
export interface RateLimits {
  readonly limit_id?: unknown;
  readonly limit_name?: unknown;
  readonly primary?: StatedWindow | null;
  readonly secondary?: StatedWindow | null;
  readonly credits?: { readonly has_credits?: unknown; readonly unlimited?: unknown } | null;
}

interface StatedWindow {
  readonly used_percent?: unknown;
  readonly window_minutes?: unknown;
  readonly resets_at?: unknown;
}

/** The limit of the account itself; others have the names of models. */
const OF_ACCOUNT = 'codex';

/** The usage windows that a record states. Credits that were bought are spent beyond them. */
export function rateWindows(limits: RateLimits | null | undefined): UsageWindow[] {
  if (limits == null) return [];
  const { limit_id: id, limit_name: name, primary, secondary, credits } = limits;
  const ofModel = typeof id === 'string' && id !== OF_ACCOUNT;
  const before = ofModel ? `${typeof name === 'string' ? name : id} ` : '';
  const extra = credits == null ? null : credits.has_credits === true && credits.unlimited !== true ? 'possible' : 'none';
  return [primary, secondary].flatMap((window) => {
    if (typeof window !== 'object' || window === null) return [];
    const { used_percent: used, window_minutes: minutes, resets_at: resetsAt } = window;
    if (typeof minutes !== 'number') return [];
    return {
      kind: 'window' as const,
      name: short(`${before}${NAMES[minutes] ?? `${minutes} minutes`}`),
      ofModel,
      usedPercent: typeof used === 'number' && used >= 0 ? Math.min(100, used) : null,
      resetsAtWall: structuredReset(resetsAt)?.atWall ?? null,
      extra,
    };
  });
}

/** The same names as those of the limits that they become when they are spent. */
const NAMES: Readonly<Record<number, string>> = { 300: 'five_hour', 10080: 'seven_day' };
