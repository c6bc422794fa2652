import type { Limit, Signal } from '../../core/model/facts.ts';
import type { UsageWindow } from '../../core/model/signals.ts';
import { eachOf, type Read } from '../event/fields.ts';
import { structuredReset } from '../times/reset.ts';
import { isOfModel } from './limits.ts';
import { short } from './short.ts';

/**
 * What a `rate_limit_event` of Claude Code says (2.1.330). `utilization` is the share that is used
 * of the window that it names, from 0 to 1.
 */
export const RATE_LIMIT = {
  status: 'string',
  resetsAt: 'number',
  rateLimitType: 'string',
  utilization: 'number',
  isUsingOverage: 'boolean',
  overageStatus: 'string',
  unifiedWindows: eachOf({ utilization: 'number', resetsAt: 'number' }),
} as const;
type RateLimit = Read<typeof RATE_LIMIT>;
type StatedWindow = NonNullable<RateLimit['unifiedWindows']>[string];

/** Warnings are not limits, and neither is refused extra usage that is not in use. */
export function rejection(info: RateLimit | undefined): Limit | null {
  if (info === undefined) return null;
  const { status, isUsingOverage = false, overageStatus, resetsAt, rateLimitType = 'usage' } = info;
  const windows = windowsIn(info);
  if (status !== 'rejected' && !(isUsingOverage && overageStatus === 'rejected')) return null;
  // A server that throttles for a moment writes an empty rejection, which names no limit and no end
  // (2.1.332).
  const isNamed = info.rateLimitType !== undefined || isUsingOverage;
  if (!isNamed && structuredReset(resetsAt) === null && windows.length === 0) return null;
  const spent = windows.filter(([, { utilization = 0 }]) => utilization >= 1);
  const resets = spent.flatMap(([, window]) => structuredReset(window.resetsAt)?.atWall ?? []);
  const resetsAtWall = resets.length > 0 ? Math.max(...resets) : (structuredReset(resetsAt)?.atWall ?? null);
  return {
    kind: 'limit',
    text: short(`the ${rateLimitType} limit is spent`),
    name: short(rateLimitType),
    ofModel: isOfModel(rateLimitType),
    isCap: false,
    resetsAtWall,
    provenance: resetsAtWall === null ? null : 'structured',
  };
}

/** The usage windows of the account that the event names, and how much of each is used. */
export function usageWindows(info: RateLimit | undefined): readonly Signal[] {
  if (info === undefined) return [];
  const { rateLimitType, utilization, resetsAt, isUsingOverage } = info;
  // A window of one model concerns the run's model only if the answer counted against it.
  const listed = windowsIn(info).filter(([name]) => !isOfModel(name) || name === rateLimitType);
  const named: readonly (readonly [string, StatedWindow])[] =
    rateLimitType === undefined || listed.some(([name]) => name === rateLimitType)
      ? listed
      : [...listed, [rateLimitType, { ...(utilization !== undefined && { utilization }), ...(resetsAt !== undefined && { resetsAt }) }]];
  const isSpent = ([, window]: (typeof named)[number]) => (window.utilization ?? 0) >= 1;
  return named.map((one): UsageWindow => {
    const [name, window] = one;
    // Extra usage is used because of the window that is spent, or else because of the one named.
    const isInUse = isUsingOverage === true && (isSpent(one) || (!named.some(isSpent) && (name === rateLimitType || named.length === 1)));
    return {
      kind: 'window',
      name: short(name),
      ofModel: isOfModel(name),
      usedPercent: percentOf(window.utilization) ?? (info.status === 'rejected' && name === rateLimitType ? 100 : null),
      resetsAtWall: structuredReset(window.resetsAt)?.atWall ?? null,
      extra: isInUse && info.overageStatus !== 'rejected' ? 'in-use' : beyond(info),
    };
  });
}

const beyond = ({ overageStatus }: RateLimit): UsageWindow['extra'] =>
  overageStatus === undefined ? null : overageStatus === 'rejected' ? 'none' : 'possible';

const windowsIn = ({ unifiedWindows }: RateLimit): readonly (readonly [string, StatedWindow])[] => Object.entries(unifiedWindows ?? {});

const percentOf = (share: unknown): number | null =>
  typeof share === 'number' && share >= 0 ? Math.min(100, Math.round(share * 1000) / 10) : null;
