import type { ImageRules } from '../core/images/stale.ts';
import type { Instant } from '../core/model/facts.ts';
import { doubtMs, goneOn, isSurelyOld, type WatchedTime } from '../core/values/watched-time.ts';
import type { Answer } from '../system/docker/call.ts';
import { bootId } from '../system/process/process.ts';
import type { ReclaimedEngine } from './docker-engines.ts';
import { engineBytes, enginePaths } from './docker-engines.ts';
import { NOTHING, type Plan, type Reclaimer, unasked } from './reclaimer.ts';

/** Clocks that differ by less than this agree. */
const AGREE_MS = 60_000;

/**
 * How old by the engine's clock a pruned record must be, so that it is old enough in watched time;
 * or why nothing may be removed.
 */
type Limit =
  | { readonly kind: 'limit'; readonly unusedMs: number; isOld(wall: number): boolean }
  | { readonly kind: 'none'; readonly because: string };

/**
 * Docker's build cache that was unused for long enough. It is removed in one go: the engine chooses
 * by its own dates, which are those of its wall clock. So unwatched time, and changes of a clock,
 * are added to the age.
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
      // Another process's prune is running.
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
  if (known === null) return ok({ kind: 'none', because: 'nothing is known yet about the use of the build cache: a watchdog learns it' });
  const { clockWall } = info.value;
  if (clockWall === null || Math.abs(clockWall - now.wall) > AGREE_MS)
    return ok({ kind: 'none', because: "the engine's clock differs from this one: its dates do not show how old its build cache is" });
  const time: WatchedTime = goneOn(known, { ...now, bootId: bootId() }, 'unwatched');
  if (now.wall - time.sinceWall < minAgeMs)
    return ok({ kind: 'none', because: 'the build cache has not been watched for long enough yet' });
  const doubt = doubtMs(time, now.wall, minAgeMs);
  if (doubt === Number.POSITIVE_INFINITY)
    return ok({
      kind: 'none',
      because: "the clock was set back while no watchdog was running: the dates of the build cache's use may be too early",
    });
  return ok({
    kind: 'limit',
    unusedMs: minAgeMs + doubt,
    isOld: (wall) => isSurelyOld(time, wall, now.wall, minAgeMs),
  });
}
