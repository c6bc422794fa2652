import type { ReclaimedEngine } from './docker-engines.ts';
import { engineBytes, enginePaths } from './docker-engines.ts';
import { NOTHING, noPlan, type Plan, type Reclaimer } from './reclaimer.ts';

/** Docker's build cache that was not used for long enough. It goes at once: the engine chooses by the same date. */
export function buildCache(name: string, reclaimed: ReclaimedEngine, minAgeMs: number): Reclaimer {
  const { engine } = reclaimed;
  return {
    name,
    paths: () => enginePaths(reclaimed),
    availableBytes: () => engineBytes(reclaimed),
    plan: async (now): Promise<Plan> => {
      const cache = await engine.buildCache();
      if (cache.kind !== 'ok') return noPlan(cache.because);
      const old = cache.value.filter(({ isInUse, lastUsedWall }) => !isInUse && now.wall - lastUsedWall >= minAgeMs);
      if (old.length === 0) return NOTHING;
      const bytes = old.reduce((sum, record) => sum + (record.isShared ? 0 : record.bytes), 0);
      const lastUsedWall = Math.max(...old.map((record) => record.lastUsedWall));
      const what = `build cache: ${old.length} of ${cache.value.length} records`;
      return { ...NOTHING, items: [{ id: 'build-cache', what, bytes, lastUsedWall, because: 'unused for long enough' }] };
    },
    apply: async () => {
      const pruned = await engine.pruneBuildCache(minAgeMs);
      if (pruned.kind === 'ok') return { kind: 'freed', claimedBytes: pruned.value, because: null };
      // A prune of somebody else's is at work.
      const isBusy = pruned.kind === 'refused' && pruned.status === 409;
      return { kind: isBusy ? 'spared' : 'failed', because: pruned.because };
    },
  };
}
