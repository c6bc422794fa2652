import type { ImageRules } from '../core/images/stale.ts';
import type { Instant } from '../core/model/facts.ts';
import { doubtMs, goneOn, isSurelyOld, type WatchedTime } from '../core/values/watched-time.ts';
import type { Answer } from '../system/docker/call.ts';
import { bootId } from '../system/process/process.ts';
import type { ReclaimedEngine } from './docker-engines.ts';
import { engineBytes, enginePaths } from './docker-engines.ts';
import { NOTHING, type Plan, type Reclaimer, unasked } from './reclaimer.ts';

/** Clocks that differ by less agree. */
const AGREE_MS = 60_000;

/** How old what is pruned has to be by the engine's clock, so that it is as old as it must be in watched time; or why nothing may go. */
type Limit =
  | { readonly kind: 'limit'; readonly unusedMs: number; isOld(wall: number): boolean }
  | { readonly kind: 'none'; readonly because: string };

/**
 * Docker's build cache that was not used for long enough. It goes at once: the engine chooses by its dates, which are those of its wall
 * clock. So time that nobody watched, and what a clock was set by, is added to the age.
 */
export function buildCache(name: string, reclaimed: ReclaimedEngine, rules: Pick<ImageRules, 'minAgeMs' | 'trustBuildDates'>): Reclaimer {
  const { engine } = reclaimed;
  return {
    kind: 'build-cache',
    name,
    paths: () => enginePaths(reclaimed),
    availableBytes: () => engineBytes(reclaimed),
    plan: async (now): Promise<Plan> => {
      const limit = await limitNow(reclaimed, rules, now);
      if (limit.kind !== 'ok') return unasked(limit);
      const cache = await engine.buildCache();
      if (cache.kind !== 'ok') return unasked(cache);
      const { value } = limit;
      if (value.kind === 'none') return cache.value.length === 0 ? NOTHING : { ...NOTHING, notes: [value.because] };
      const old = cache.value.filter(({ isInUse, lastUsedWall }) => !isInUse && value.isOld(lastUsedWall));
      if (old.length === 0) return NOTHING;
      const bytes = old.reduce((sum, record) => sum + (record.isShared ? 0 : record.bytes), 0);
      const lastUsedWall = Math.max(...old.map((record) => record.lastUsedWall));
      const what = `build cache: ${old.length} of ${cache.value.length} records`;
      return { ...NOTHING, items: [{ id: 'build-cache', what, bytes, lastUsedWall, because: 'unused for long enough' }] };
    },
    apply: async (_, now) => {
      const limit = await limitNow(reclaimed, rules, now);
      if (limit.kind !== 'ok') return { kind: 'failed', because: limit.because };
      if (limit.value.kind === 'none') return { kind: 'spared', because: limit.value.because };
      const pruned = await engine.pruneBuildCache(limit.value.unusedMs);
      if (pruned.kind === 'ok') return { kind: 'freed', claimedBytes: pruned.value, because: null };
      // A prune of somebody else's is at work.
      const isBusy = pruned.kind === 'refused' && pruned.status === 409;
      return { kind: isBusy ? 'spared' : 'failed', because: pruned.because };
    },
  };
}

async function limitNow(
  { engine, ledger }: ReclaimedEngine,
  { minAgeMs, trustBuildDates }: Pick<ImageRules, 'minAgeMs' | 'trustBuildDates'>,
  now: Instant,
): Promise<Answer<Limit>> {
  const ok = (value: Limit): Answer<Limit> => ({ kind: 'ok', value });
  if (trustBuildDates) return ok({ kind: 'limit', unusedMs: minAgeMs, isOld: (wall) => now.wall - wall >= minAgeMs });
  const info = await engine.info();
  if (info.kind !== 'ok') return info;
  const known = ledger(info.value.id);
  if (known === null) return ok({ kind: 'none', because: 'nothing is known yet of when the build cache was used: a watchdog learns it' });
  const { clockWall } = info.value;
  if (clockWall === null || Math.abs(clockWall - now.wall) > AGREE_MS)
    return ok({ kind: 'none', because: "the engine's clock and this one differ: its dates do not say how old its build cache is" });
  const time: WatchedTime = goneOn(known, { ...now, bootId: bootId() }, 'unwatched');
  if (now.wall - time.sinceWall < minAgeMs) return ok({ kind: 'none', because: 'the build cache was not watched for long enough yet' });
  const doubt = doubtMs(time, now.wall, minAgeMs);
  if (doubt === Number.POSITIVE_INFINITY)
    return ok({
      kind: 'none',
      because: 'the clock was set back while nobody watched: what the build cache says of its use may be too early',
    });
  return ok({
    kind: 'limit',
    unusedMs: minAgeMs + doubt,
    isOld: (wall) => isSurelyOld(time, wall, now.wall, minAgeMs),
  });
}
