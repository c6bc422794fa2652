import { inWords } from '../values/duration.ts';
import { globs } from '../values/glob.ts';
import { doubtMs } from '../values/watched-time.ts';
import type { EngineLedger, Inventory, SeenImage, Use } from './image.ts';
import { basesOf, childrenFirst } from './layers.ts';
import { holders } from './references.ts';

/** What may be removed, as the operator set it. */
export interface ImageRules {
  readonly minAgeMs: number;
  readonly keepLabel: string;
  /** Names to keep, as globs of `repository:tag` or of the repository alone. */
  readonly keep: readonly string[];
  /**
   * Only images whose every name matches one of these are removed; `*` includes untagged images.
   */
  readonly only: readonly string[];
  /** The operator accepts the build date of an image of which only the first sight is known. */
  readonly trustBuildDates: boolean;
}

/**
 * What would happen to an image, and why. `lastUse` is null if the ledger does not know the image.
 */
export interface JudgedImage {
  readonly image: SeenImage;
  readonly lastUse: Use | null;
  readonly because: string;
}

export interface ImagePlan {
  /**
   * In the order of removal: least recently used first, but never an image before those built on
   * it.
   */
  readonly remove: readonly JudgedImage[];
  readonly keep: readonly JudgedImage[];
}

/**
 * The date of the last tag, pull or load here, by image id. Null or absent if the engine does not
 * report it.
 */
export type TaggedWall = ReadonlyMap<string, number | null>;

/**
 * Finds the stale images: in no container, unused for long enough, and not to be kept. If nothing
 * better is known, an image counts as used now.
 */
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

/**
 * Images that only their age keeps, or nothing: the ones whose other dates are worth a question to
 * the engine.
 */
export function mayBeStale(inventory: Inventory, ledger: EngineLedger, rules: ImageRules, nowWall: number): readonly string[] {
  return planImages(inventory, ledger, rules, nowWall, new Map()).remove.map(({ image }) => image.id);
}

/**
 * The last observed use of an image, including its first sight, or null if the ledger does not know
 * it.
 */
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

/** Why the operator's rules keep an image, or null if they do not. */
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

/** Matches full names and repositories alone. */
function named(patterns: readonly string[]): (name: string) => boolean {
  const matches = globs(patterns);
  return (name) => matches(name) || matches(name.replace(/(?:@.*|:[^/]*)$/, ''));
}

/** A date from the engine's clock, at its latest possible moment. */
const shownAt = (wall: number | null, doubt: number, nowWall: number): number | null =>
  wall === null ? null : Math.min(nowWall, wall + doubt);

/** Why a running build keeps all images, since it may need any of them, or null if none runs. */
const atWork = ([build]: readonly string[]): string | null =>
  build === undefined ? null : `a build that may need it is running: ${build}`;

const unusedFor = (lastUse: Use | null, nowWall: number): string =>
  lastUse === null ? 'unused' : `unused for ${inWords(nowWall - lastUse.wall)} (${lastUse.why})`;

const leastRecentFirst = (stale: readonly JudgedImage[]): JudgedImage[] =>
  [...stale].sort((a, b) => (a.lastUse?.wall ?? 0) - (b.lastUse?.wall ?? 0) || (a.image.id < b.image.id ? -1 : 1));

/** An image's id as people write it. */
export const shortId = (id: string): string => id.replace(/^sha256:/, '').slice(0, 12);
