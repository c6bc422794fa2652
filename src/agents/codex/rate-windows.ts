import type { UsageWindow } from '../../core/model/signals.ts';
import type { Read } from '../event/fields.ts';
import { short } from '../lines/short.ts';
import { structuredReset } from '../times/reset.ts';

const WINDOW = { used_percent: 'number', window_minutes: 'number', resets_at: 'number' } as const;

/** What codex's record of a thread says of the account's limits after each answer (0.169.0). */
export const RATE_LIMITS_FIELDS = {
  limit_id: 'string',
  limit_name: 'string',
  primary: WINDOW,
  secondary: WINDOW,
  credits: { has_credits: 'boolean', unlimited: 'boolean' },
} as const;

/** The limit of the account itself; others have the names of models. */
const OF_ACCOUNT = 'codex';

/** The usage windows that a record states. Credits that were bought are spent beyond them. */
export function rateWindows(limits: Read<typeof RATE_LIMITS_FIELDS> | undefined): UsageWindow[] {
  if (limits === undefined) return [];
  const { limit_id: id, limit_name: name, primary, secondary, credits } = limits;
  const ofModel = id !== undefined && id !== OF_ACCOUNT;
  const before = ofModel ? `${name ?? id} ` : '';
  const extra = credits == null ? null : credits.has_credits === true && credits.unlimited !== true ? 'possible' : 'none';
  return [primary, secondary].flatMap((window) => {
    const { used_percent: used, window_minutes: minutes, resets_at: resetsAt } = window ?? {};
    if (minutes === undefined) return [];
    return {
      kind: 'window' as const,
      name: short(`${before}${NAMES[minutes] ?? `${minutes} minutes`}`),
      ofModel,
      usedPercent: used !== undefined && used >= 0 ? Math.min(100, used) : null,
      resetsAtWall: structuredReset(resetsAt)?.atWall ?? null,
      extra,
    };
  });
}

/** The same names as those of the limits that they become when they are spent. */
const NAMES: Readonly<Record<number, string>> = { 300: 'five_hour', 10080: 'seven_day' };
