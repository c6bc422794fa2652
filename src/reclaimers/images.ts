import type { EngineLedger, Inventory, SeenImage } from '../core/images/image.ts';
import { type ImageRules, type JudgedImage, mayBeStale, planImages, shortId, type TaggedWall } from '../core/images/stale.ts';
import type { Instant } from '../core/model/facts.ts';
import { inWords } from '../core/values/duration.ts';
import type { DockerEngine } from '../system/docker/engine.ts';
import { type EngineLook, engineBytes, enginePaths, lookAt, type ReclaimedEngine } from './docker-engines.ts';
import { looksAgain } from './look-again.ts';
import { type KeptItem, noPlan, type Plan, type Reclaimer, unasked } from './reclaimer.ts';
import { removeImage } from './remove-image.ts';

export interface ImagesWanted {
  readonly name: string;
  readonly reclaimed: ReclaimedEngine;
  readonly rules: ImageRules;
  /** Images without a name, or images with a name and those that they were built on. */
  readonly which: 'dangling' | 'named';
}

/** How many images are inspected at once. */
const LOOKS_AT_ONCE = 8;

/**
 * Images that are in no container and were unused for long enough. They are removed one by one, the
 * least recently used first.
 */
export function images({ name, reclaimed, rules, which }: ImagesWanted): Reclaimer {
  const lookAgain = looksAgain(reclaimed);
  return {
    kind: 'images',
    name,
    paths: () => enginePaths(reclaimed),
    availableBytes: () => engineBytes(reclaimed),
    plan: async (now): Promise<Plan> => {
      const look = await lookAt(reclaimed, now);
      if (look.kind !== 'ok') return unasked(look);
      const { ledger } = look.value;
      const stale = mayBeStale(look.value.inventory, ledger, rules, now.wall);
      const tagged = await taggedWalls(reclaimed.engine, stale, now);
      // What is built on what matters only if something may be removed.
      const layered = stale.length === 0 ? null : await reclaimed.engine.withLayers(look.value.inventory.images);
      if (layered !== null && layered.kind !== 'ok') return noPlan(`what images were built on is unknown: ${layered.because}`);
      const inventory = layered === null ? look.value.inventory : { ...look.value.inventory, images: layered.value };
      const { remove, keep } = planImages(inventory, ledger, rules, now.wall, tagged);
      const named = namedOrBelow(inventory.images);
      const items = (judged: readonly JudgedImage[]) =>
        judged.filter(({ image }) => named.has(image.id) === (which === 'named')).map(itemOf);
      return {
        items: items(remove),
        kept: items(keep),
        notes: [...buildNotes(inventory), ...notes(look.value, rules, now), ...sizeNotes(inventory.images)],
        problem: null,
      };
    },
    apply: ({ id, bytes }, now) => removeImage(reclaimed, rules, { id, bytes }, now, lookAgain),
  };
}

/** Images with a name, and those that they were built on, which can't be removed before them. */
function namedOrBelow(all: readonly SeenImage[]): ReadonlySet<string> {
  const parents = new Map(all.map(({ id, parent }) => [id, parent]));
  const found = new Set<string>();
  for (const { id, tags, digests } of all) {
    if (tags.length + digests.length === 0) continue;
    for (let one: string | null = id; one !== null && !found.has(one); one = parents.get(one) ?? null) found.add(one);
  }
  return found;
}

const itemOf = ({ image, lastUse, because }: JudgedImage): KeptItem => ({
  id: image.id,
  what: [...image.tags, ...(image.tags.length === 0 ? image.digests : [])].join(' ') || `<none> ${shortId(image.id)}`,
  bytes: image.unsharedBytes ?? image.sizeBytes,
  lastUsedWall: lastUse?.wall ?? null,
  because,
});

/**
 * The date of the last tag, pull or load is only in the image's own description. An image that
 * can't be inspected counts as tagged now.
 */
async function taggedWalls(engine: DockerEngine, ids: readonly string[], now: Instant): Promise<TaggedWall> {
  const walls = new Map<string, number | null>();
  const rest = [...ids];
  const look = async () => {
    for (let id = rest.pop(); id !== undefined; id = rest.pop()) {
      const answer = await engine.inspectImage(id);
      walls.set(id, answer.kind === 'ok' ? answer.value.taggedWall : now.wall);
    }
  };
  await Promise.all(Array.from({ length: LOOKS_AT_ONCE }, look));
  return walls;
}

function notes({ known, ledger }: EngineLook, { minAgeMs, trustBuildDates }: ImageRules, now: Instant): string[] {
  if (trustBuildDates) return ["an image's build date counts as its first sight, as you asked"];
  if (known === null) return [`nothing is known yet about the use of images: a watchdog learns it. ${FIRST_WEEK}`];
  const knownMs = now.wall - known.sinceWall;
  const young = knownMs < minAgeMs ? [`the use of images is known only for ${inWords(Math.max(0, knownMs))}. ${FIRST_WEEK}`] : [];
  return [...young, ...gapNotes(ledger, now, minAgeMs)];
}

const buildNotes = ({ builds = [] }: Inventory): string[] =>
  builds.length === 0 ? [] : [`a build is running (${builds.join('; ')}): no image is removed until it ends`];

const sizeNotes = (all: readonly SeenImage[]): string[] =>
  all.some(({ unsharedBytes }) => unsharedBytes === null)
    ? ['this engine does not report what images share: less may be freed than their sizes']
    : [];

const FIRST_WEEK = 'To use the build date as the first sight of each image, once: dogwatch reclaim --trust-build-dates';

function gapNotes({ gaps }: EngineLedger, now: Instant, minAgeMs: number): string[] {
  const recent = gaps.filter(({ untilWall }) => now.wall - untilWall < minAgeMs);
  if (recent.length === 0) return [];
  const totalMs = recent.reduce((sum, { sinceWall, untilWall }) => sum + untilWall - sinceWall, 0);
  return [`no watchdog was running for ${inWords(totalMs)} meanwhile: no image ages by that time`];
}
