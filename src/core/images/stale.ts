import { inWords } from '../values/duration.ts';
import { globs } from '../values/glob.ts';
import { doubtMs } from '../values/watched-time.ts';
import type { EngineLedger, Inventory, SeenImage, Use } from './image.ts';
import { basesOf, childrenFirst } from './layers.ts';
import { holders } from './references.ts';

/** What may go, as the operator set it. */
export interface ImageRules {
  readonly minAgeMs: number;
  readonly keepLabel: string;
  /** Names that are kept, as globs: of `repository:tag`, or of the repository alone. */
  readonly keep: readonly string[];
  /** Only images all of whose names match one of these go; `*`: those without a name, too. */
  readonly only: readonly string[];
  /** The operator accepts the date of the build where nothing but the first sight of an image is known. */
  readonly trustBuildDates: boolean;
}

/** What would become of an image, and why. `lastUse` is null where the ledger does not know the image. */
export interface JudgedImage {
  readonly image: SeenImage;
  readonly lastUse: Use | null;
  readonly because: string;
}

export interface ImagePlan {
  /** In the order in which they go: the least recently used first, but never an image before those that were built on it. */
  readonly remove: readonly JudgedImage[];
  readonly keep: readonly JudgedImage[];
}

/** Date of the last tag, pull or load here, of an image by id; null or none: the engine does not say. */
export type TaggedWall = ReadonlyMap<string, number | null>;

/** What of all images is stale: in no container, unused for long enough, and not to be kept. Knows nothing better than "used now". */
export function planImages(inventory: Inventory, ledger: EngineLedger, rules: ImageRules, nowWall: number, tagged: TaggedWall): ImagePlan {
  const held = holders(inventory);
  const atBuild = atWork(inventory.builds ?? []);
  const doubt = doubtMs(ledger, nowWall, rules.minAgeMs);
  const isByRule = byRule(rules);
  const judged = inventory.images.map((image) => {
    const lastUse = lastUseOf(image, ledger, rules, shownAt(tagged.get(image.id) ?? null, doubt, nowWall));
    const because = inUse(held.get(image.id) ?? []) ?? isByRule(image) ?? young(lastUse, rules, nowWall) ?? atBuild;
    return { image, lastUse, because };
  });
  const kept = new Map(judged.flatMap(({ image, because }) => (because === null ? [] : [[image.id, because]])));
  for (const [id, child] of basesOf(inventory.images, [...kept.keys()]))
    if (!kept.has(id)) kept.set(id, `${shortId(child)} was built on it`);
  const remove = judged.filter(({ image }) => !kept.has(image.id)).map((one) => ({ ...one, because: unusedFor(one.lastUse, nowWall) }));
  const keep = judged.flatMap((one) => {
    const because = kept.get(one.image.id);
    return because === undefined ? [] : [{ ...one, because }];
  });
  return { remove: childrenFirst(leastRecentFirst(remove)), keep };
}

/** Images that only their age keeps from going, or nothing does: all whose other dates are worth a question to the engine. */
export function mayBeStale(inventory: Inventory, ledger: EngineLedger, rules: ImageRules, nowWall: number): readonly string[] {
  return planImages(inventory, ledger, rules, nowWall, new Map()).remove.map(({ image }) => image.id);
}

/** The last use of an image that anything shows, its first sight included; null: the ledger does not know it. */
function lastUseOf(image: SeenImage, ledger: EngineLedger, rules: ImageRules, taggedWall: number | null): Use | null {
  const known = ledger.images.get(image.id);
  const shown = [
    known?.use ?? null,
    taggedWall === null ? null : { wall: taggedWall, why: 'tagged, pulled or loaded' },
    rules.trustBuildDates && image.builtWall !== null ? { wall: image.builtWall, why: 'built' } : firstSeen(known?.firstSeenWall),
  ].filter((use) => use !== null);
  if (known === undefined && !rules.trustBuildDates) return null;
  return shown.reduce<Use | null>((last, use) => (last === null || use.wall > last.wall ? use : last), null);
}

const firstSeen = (wall: number | undefined): Use | null => (wall === undefined ? null : { wall, why: 'first seen' });

const inUse = (containers: readonly string[]): string | null =>
  containers.length === 0 ? null : `used by ${containers.slice(0, 3).join(', ')}`;

/** Why the operator's rules keep an image; null: they do not. */
function byRule({ keepLabel, keep, only }: ImageRules): (image: SeenImage) => string | null {
  const [isKept, isAllowed] = [named(keep), named(only)];
  return ({ tags, digests, labels }) => {
    if (labels.includes(keepLabel)) return `it has the label ${keepLabel}`;
    const names = [...tags, ...digests];
    const kept = names.find(isKept);
    if (kept !== undefined) return `its name ${kept} is a name to keep`;
    const isOutside = !(names.length === 0 ? [''] : names).every(isAllowed);
    return isOutside ? 'its name is not among those that may be removed' : null;
  };
}

function young(lastUse: Use | null, { minAgeMs }: ImageRules, nowWall: number): string | null {
  if (lastUse === null) return 'its use is unknown';
  const ageMs = Math.max(0, nowWall - lastUse.wall);
  return ageMs >= minAgeMs ? null : `${lastUse.why} ${inWords(ageMs)} ago`;
}

/** A test for names as a whole and for their repository alone. */
function named(patterns: readonly string[]): (name: string) => boolean {
  const matches = globs(patterns);
  return (name) => matches(name) || matches(name.replace(/(?:@.*|:[^/]*)$/, ''));
}

/** A date of the engine's clock, as young as it may be. */
const shownAt = (wall: number | null, doubt: number, nowWall: number): number | null =>
  wall === null ? null : Math.min(nowWall, wall + doubt);

/** Whether a build is at work, which may need any image: none goes meanwhile. */
const atWork = ([build]: readonly string[]): string | null =>
  build === undefined ? null : `a build that may need it is running: ${build}`;

const unusedFor = (lastUse: Use | null, nowWall: number): string =>
  lastUse === null ? 'unused' : `unused for ${inWords(nowWall - lastUse.wall)} (${lastUse.why})`;

const leastRecentFirst = (stale: readonly JudgedImage[]): JudgedImage[] =>
  [...stale].sort((a, b) => (a.lastUse?.wall ?? 0) - (b.lastUse?.wall ?? 0) || (a.image.id < b.image.id ? -1 : 1));

/** An image's id as people write it. */
export const shortId = (id: string): string => id.replace(/^sha256:/, '').slice(0, 12);
