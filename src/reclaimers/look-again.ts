import type { Instant } from '../core/model/facts.ts';
import type { Answer } from '../system/docker/call.ts';
import { type EngineLook, type Listed, listed, lookAt, type ReclaimedEngine } from './docker-engines.ts';

/** A list no older than this is used again, between the removals of thousands of images. */
const FRESH_LIST_MS = 1000;

/** Inspects an engine right before something is removed. */
export type LookAgain = (now: Instant) => Promise<Answer<EngineLook>>;

export function looksAgain(reclaimed: ReclaimedEngine): LookAgain {
  const { engine } = reclaimed;
  let last: { readonly atMono: number; readonly all: Listed } | null = null;
  return (now) =>
    lookAt(reclaimed, now, async () => {
      if (last !== null && now.mono - last.atMono < FRESH_LIST_MS) return { kind: 'ok', value: last.all };
      const all = await listed(engine, { shares: false });
      if (all.kind !== 'ok') return all;
      const images = await engine.withLayers(all.value.images);
      if (images.kind !== 'ok') return images;
      last = { atMono: now.mono, all: { ...all.value, images: images.value } };
      return { kind: 'ok', value: last.all };
    });
}
