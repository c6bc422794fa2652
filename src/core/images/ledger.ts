import { goneOn, latestOf, shiftMs, type Watch } from '../values/watched-time.ts';
import type { EngineEvent, EngineLedger, Gap, Inventory, KnownImage, Moment, Use } from './image.ts';
import { basesOf } from './layers.ts';
import { imagesByReference } from './references.ts';

/** A shorter time without a look does not count as a gap. */
const SHORT_GAP_MS = 120_000;
const MAX_GAPS = 50;
/** Uses this close together count as one: ages are counted in days. */
const SAME_USE_MS = 1000;

/**
 * The ledger after an event of its engine. Only uses are added; nothing ever makes an image older.
 */
export function evolveEngineLedger(
  known: EngineLedger | null,
  { engine, endpoint }: Pick<EngineLedger, 'engine' | 'endpoint'>,
  event: EngineEvent,
  at: Moment,
): EngineLedger {
  const before = known ?? { engine, endpoint, sinceWall: at.wall, seenAt: at, images: new Map(), gaps: [], shifts: [] };
  const byMs = shiftMs(before.seenAt, at, watchOf(event));
  const ledger = { ...moved(before, byMs, watchOf(event), at), endpoint };
  switch (event.kind) {
    case 'listed':
      return { ...ledger, images: listed(ledger, event.inventory, at, known === null) };
    case 'used': {
      // A date from the engine's clock counts only if it is proven. An event that just arrived
      // happened since the last look.
      const wall = event.isProven === true ? event.use.wall : Math.max(event.use.wall, before.seenAt.wall + byMs);
      return { ...ledger, images: used(ledger.images, event.image, notAfter({ ...event.use, wall }, at)) };
    }
    case 'watched-again':
      return { ...ledger, gaps: event.isCovered ? ledger.gaps : gaps(ledger, before, event.why, at) };
  }
}

function watchOf(event: EngineEvent): Watch {
  if (event.kind !== 'watched-again') return 'continuous';
  return event.isCovered ? 'proven' : 'unwatched';
}

/**
 * The ledger as of now: its dates move along when the wall clock went on and nobody watched, or
 * when it was set.
 */
function moved(ledger: EngineLedger, byMs: number, watch: Watch, at: Moment): EngineLedger {
  const time = goneOn(ledger, at, watch);
  if (byMs === 0) return { ...ledger, ...time };
  const move = ({ firstSeenWall, use }: KnownImage): KnownImage => ({
    firstSeenWall: firstSeenWall + byMs,
    use: use && { ...use, wall: use.wall + byMs },
  });
  return { ...ledger, ...time, images: new Map([...ledger.images].map(([id, image]) => [id, move(image)])) };
}

/**
 * Removed images are forgotten: one that comes back is new. A use in a container's dates is
 * evidence, whenever it was.
 */
function listed(ledger: EngineLedger, inventory: Inventory, at: Moment, isFirst: boolean): ReadonlyMap<string, KnownImage> {
  const known = ledger.images;
  const images = new Map<string, KnownImage>();
  for (const { id } of inventory.images) images.set(id, known.get(id) ?? { firstSeenWall: at.wall, use: null });
  const note = (id: string, use: Use) => {
    const before = images.get(id)!;
    const isNewer = before.use === null || use.wall - before.use.wall >= SAME_USE_MS;
    if (isNewer) images.set(id, { ...before, use });
  };
  const resolve = inventory.containers.length === 0 ? () => [] : imagesByReference(inventory.images);
  for (const { name, state, images: references, usedWall } of inventory.containers) {
    const wall = usedWall === null ? at.wall : latestOf(ledger, usedWall, at.wall);
    const use = { wall, why: `container ${name} (${state})` };
    for (const id of new Set(references.flatMap(resolve))) note(id, use);
  }
  // An image that is new here may have been built here, which was a use of everything it was built
  // on.
  const added = isFirst ? [] : inventory.images.flatMap(({ id }) => (known.has(id) ? [] : [id]));
  const bases = added.length === 0 ? [] : basesOf(inventory.images, added).keys();
  for (const id of bases) note(id, { wall: at.wall, why: 'something was built on it' });
  return images;
}

function used(known: ReadonlyMap<string, KnownImage>, id: string, use: Use): ReadonlyMap<string, KnownImage> {
  const before = known.get(id);
  if (before === undefined || use.wall - (before.use?.wall ?? 0) < SAME_USE_MS) return known;
  return new Map(known).set(id, { ...before, use });
}

/** A date in the future was written by a wrong clock. */
const notAfter = (use: Use, { wall }: Moment): Use => (use.wall > wall ? { ...use, wall } : use);

/** Kept for people: what was used and removed in this time is unknown. It makes no image older. */
function gaps(ledger: EngineLedger, { seenAt }: EngineLedger, why: string, at: Moment): readonly Gap[] {
  if (at.wall - seenAt.wall < SHORT_GAP_MS) return ledger.gaps;
  return [...ledger.gaps, { sinceWall: seenAt.wall, untilWall: at.wall, why }].slice(-MAX_GAPS);
}
