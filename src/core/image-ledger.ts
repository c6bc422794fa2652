import { imagesByReference } from './image-references.ts';
import type { EngineLedger, EngineNews, Gap, Inventory, KnownImage, Moment, Use } from './image-types.ts';

/** More than this between the two clocks of one boot, and the wall clock was set. */
const JUMP_MS = 3_600_000;
/** A time without a look that is shorter than this is none. */
const SHORT_GAP_MS = 120_000;
const MAX_GAPS = 50;
/** Uses so close together are one: ages are counted in days. */
const SAME_USE_MS = 30_000;

/** What is known of an engine after some news of it. Uses that are news only come in; nothing ever makes an image older. */
export function learnOfEngine(
  known: EngineLedger | null,
  { engine, endpoint }: Pick<EngineLedger, 'engine' | 'endpoint'>,
  news: EngineNews,
  at: Moment,
): EngineLedger {
  const before = known ?? { engine, endpoint, sinceWall: at.wall, seenAt: at, images: new Map(), gaps: [] };
  const ledger = { ...withClock(before, at), endpoint, seenAt: at };
  switch (news.kind) {
    case 'listed':
      return { ...ledger, images: listed(ledger.images, news.inventory, at) };
    case 'used':
      return { ...ledger, images: used(ledger.images, news.image, notAfter(news.use, at)) };
    case 'watched-again':
      return { ...ledger, gaps: gaps(ledger, before, news.why, at) };
  }
}

/**
 * The ledger on the clock of now: dates of the ledger go along when the wall clock is set, so that nothing ages by it. Only the clock of
 * the same boot tells for certain; over a reboot, a clock that went backwards does.
 */
export function withClock(ledger: EngineLedger, at: Moment): EngineLedger {
  const byMs = jumpMs(ledger.seenAt, at);
  if (byMs === 0) return ledger;
  const move = ({ firstSeenWall, use }: KnownImage): KnownImage => ({
    firstSeenWall: firstSeenWall + byMs,
    use: use && { ...use, wall: use.wall + byMs },
  });
  return { ...ledger, images: new Map([...ledger.images].map(([id, image]) => [id, move(image)])) };
}

function jumpMs(before: Moment, at: Moment): number {
  const wallMs = at.wall - before.wall;
  const byMs = wallMs - (at.bootId === before.bootId ? at.mono - before.mono : Math.max(0, wallMs));
  return Math.abs(byMs) > JUMP_MS ? byMs : 0;
}

/** What is gone is forgotten: should it come back, it is new. A use in a container's dates is evidence, whenever it was. */
function listed(known: ReadonlyMap<string, KnownImage>, inventory: Inventory, at: Moment): ReadonlyMap<string, KnownImage> {
  const images = new Map<string, KnownImage>();
  for (const { id } of inventory.images) images.set(id, known.get(id) ?? { firstSeenWall: at.wall, use: null });
  const resolve = imagesByReference(inventory.images);
  for (const { name, state, images: references, usedWall } of inventory.containers) {
    const use = notAfter({ wall: usedWall ?? at.wall, why: `container ${name} (${state})` }, at);
    for (const id of new Set(references.flatMap(resolve))) {
      const before = images.get(id)!;
      const newest = newer(before.use, use);
      if (newest !== before.use) images.set(id, { ...before, use: newest });
    }
  }
  return images;
}

function used(known: ReadonlyMap<string, KnownImage>, id: string, use: Use): ReadonlyMap<string, KnownImage> {
  const before = known.get(id);
  if (before === undefined || use.wall - (before.use?.wall ?? 0) < SAME_USE_MS) return known;
  return new Map(known).set(id, { ...before, use });
}

const newer = (a: Use | null, b: Use): Use => (a === null || b.wall > a.wall ? b : a);

/** A date that has not come yet was written by a wrong clock. */
const notAfter = (use: Use, { wall }: Moment): Use => (use.wall > wall ? { ...use, wall } : use);

/** Kept for people: what was used and removed in it can't be known, and makes no image younger. */
function gaps(ledger: EngineLedger, before: EngineLedger, why: string, at: Moment): readonly Gap[] {
  const lastMs = jumpMs(before.seenAt, at) + before.seenAt.wall;
  if (at.wall - lastMs < SHORT_GAP_MS) return ledger.gaps;
  return [...ledger.gaps, { sinceWall: lastMs, untilWall: at.wall, why }].slice(-MAX_GAPS);
}
