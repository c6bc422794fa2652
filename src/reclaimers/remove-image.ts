import { type ImageRules, planImages, shortId } from '../core/images/stale.ts';
import type { Instant } from '../core/model/facts.ts';
import { saysGone } from '../system/docker/call.ts';
import type { DockerEngine } from '../system/docker/engine.ts';
import type { InspectedImage } from '../system/docker/shapes.ts';
import type { ReclaimedEngine } from './docker-engines.ts';
import type { LookAgain } from './look-again.ts';
import type { ItemOutcome } from './reclaimer.ts';

interface Wanted {
  readonly id: string;
  readonly bytes: number | null;
}

/** A name may come back while the others are removed. */
const MORE_TRIES = 2;

/**
 * Removes one image, without force: by its id, or name by name if it has names in several
 * repositories. Right before each removal its containers, labels, names and dates are checked
 * again, by the same rules as in the plan.
 */
export async function removeImage(
  reclaimed: ReclaimedEngine,
  rules: ImageRules,
  { id, bytes }: Wanted,
  now: Instant,
  lookAgain: LookAgain,
): Promise<ItemOutcome> {
  const { engine } = reclaimed;
  const untagged: string[] = [];
  const ended = (outcome: ItemOutcome): ItemOutcome =>
    untagged.length === 0 || outcome.kind === 'freed'
      ? outcome
      : { ...outcome, because: `${outcome.because}; it lost the names ${untagged.join(' ')}` };
  for (let tries = 0; ; tries++) {
    const look = await judgedAgain(reclaimed, lookAgain, rules, id, now);
    if (look.kind === 'gone') return untagged.length > 0 ? freed(bytes) : GONE;
    if (look.kind !== 'stale') return ended(look);
    const removed = await engine.removeImage(id);
    if (removed.kind === 'ok') return freed(bytes);
    const [tag] = look.image.tags;
    const isNamedTwice = removed.kind === 'refused' && removed.status === 409 && look.image.tags.length > 1;
    if (!isNamedTwice || tag === undefined || tries >= look.image.tags.length + MORE_TRIES) return ended(notRemoved(removed));
    const outcome = await untag(engine, tag, id);
    if (outcome !== null) return ended(outcome);
    untagged.push(tag);
  }
}

const GONE: ItemOutcome = { kind: 'spared', because: 'it is gone already' };

const freed = (bytes: number | null): ItemOutcome => ({ kind: 'freed', claimedBytes: bytes, because: null });

type Removal = Awaited<ReturnType<DockerEngine['removeImage']>>;

function notRemoved(removal: Exclude<Removal, { kind: 'ok' }>): ItemOutcome {
  if (removal.kind === 'failed') return { kind: 'failed', because: removal.because };
  if (saysGone(removal)) return GONE;
  // It is in use, something was built on it, or another process's prune is running.
  return { kind: removal.status === 409 ? 'spared' : 'failed', because: `Docker refused: ${removal.because}` };
}

/**
 * Removes one name; returns null if that succeeded. The name may belong to another image by now.
 */
async function untag(engine: DockerEngine, tag: string, id: string): Promise<ItemOutcome | null> {
  const named = await engine.inspectImage(tag);
  if (named.kind === 'failed') return { kind: 'failed', because: named.because };
  if (named.kind === 'refused') return saysGone(named) ? null : notRemoved(named);
  if (named.value.id !== id) return null;
  const removed = await engine.removeImage(tag);
  return removed.kind === 'ok' || saysGone(removed) ? null : notRemoved(removed);
}

type Look =
  | Exclude<ItemOutcome, { kind: 'freed' }>
  | { readonly kind: 'gone' }
  | { readonly kind: 'stale'; readonly image: InspectedImage };

async function judgedAgain({ engine }: ReclaimedEngine, look: LookAgain, rules: ImageRules, id: string, now: Instant): Promise<Look> {
  const inspected = await engine.inspectImage(id);
  if (inspected.kind !== 'ok') return saysGone(inspected) ? { kind: 'gone' } : { kind: 'failed', because: inspected.because };
  // Last of all, so that nothing is missed that was there during the other checks.
  const seen = await look(now);
  if (seen.kind !== 'ok') return { kind: 'failed', because: seen.because };
  const { taggedWall, ...image } = inspected.value;
  const { inventory, ledger } = seen.value;
  const images = [...inventory.images.filter((one) => one.id !== image.id), image];
  const plan = planImages({ ...inventory, images }, ledger, rules, now.wall, new Map([[image.id, taggedWall]]));
  const kept = plan.keep.find((one) => one.image.id === image.id);
  return kept === undefined
    ? { kind: 'stale', image: inspected.value }
    : { kind: 'spared', because: `${shortId(id)} stays: ${kept.because}` };
}
