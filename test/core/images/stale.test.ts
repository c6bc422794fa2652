import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EngineEvent, EngineLedger, Inventory, Moment, SeenContainer, SeenImage } from '../../../src/core/images/image.ts';
import { evolveEngineLedger } from '../../../src/core/images/ledger.ts';
import { type ImageRules, planImages } from '../../../src/core/images/stale.ts';
import { globs } from '../../../src/core/values/glob.ts';

const DAY_MS = 86_400_000;
const NOW = 1_000 * DAY_MS;
const RULES: ImageRules = { minAgeMs: 7 * DAY_MS, keepLabel: 'keep', keep: [], only: ['*'], trustBuildDates: false };
const WHO = { engine: 'E', endpoint: 'unix:///d' };
const id = (number: number) => `sha256:${number.toString(16).padStart(64, '0')}`;

const image = (number: number, changes: Partial<SeenImage> = {}): SeenImage => ({
  id: id(number),
  tags: [`image-${number}:1`],
  digests: [],
  labels: [],
  layers: null,
  parent: null,
  builtWall: 0,
  sizeBytes: 10,
  unsharedBytes: null,
  ...changes,
});
const container = (images: string[], changes: Partial<SeenContainer> = {}): SeenContainer => ({
  id: 'c',
  name: 'box',
  state: 'exited',
  images,
  usedWall: 0,
  ...changes,
});

function seenDaysAgo(days: number, images: readonly SeenImage[]): EngineLedger {
  const at = { wall: NOW - days * DAY_MS, mono: 0, bootId: 'b' };
  return evolveEngineLedger(null, WHO, { kind: 'listed', inventory: { images, containers: [] } }, at);
}

function planned(images: readonly SeenImage[], changes: { containers?: SeenContainer[]; rules?: Partial<ImageRules>; days?: number } = {}) {
  const { containers = [], rules = {}, days = 8 } = changes;
  return planImages({ images, containers }, seenDaysAgo(days, images), { ...RULES, ...rules }, NOW, new Map());
}

describe('the plan for images', () => {
  test.each<[string, SeenImage, Parameters<typeof planned>[1], string]>([
    ['is first seen for less than a week', image(1), { days: 6.9 }, 'first seen 6d'],
    ['is held by a container, by id', image(1), { containers: [container([id(1)])] }, 'used by box (exited)'],
    ['is held by a container, by name', image(1), { containers: [container(['image-1:1'])] }, 'used by box'],
    ['is held by a container, by half its id', image(10 ** 15), { containers: [container([id(10 ** 15).slice(7, 67)])] }, 'used by box'],
    [
      'is held by a container, by the name of the public registry',
      image(1, { tags: ['alpine:latest'] }),
      { containers: [container(['docker.io/library/alpine'])] },
      'used by box',
    ],
    [
      'is held by a container, by digest',
      image(1, { digests: ['a/b@sha256:feed'] }),
      { containers: [container(['a/b:3@sha256:feed'])] },
      'used by box',
    ],
    ['has the label', image(1, { labels: ['keep'] }), {}, 'it has the label keep'],
    [
      'has a name to keep',
      image(1, { tags: ['x/a:1', 'ghcr.io/acme/tool:2'] }),
      { rules: { keep: ['ghcr.io/acme/*'] } },
      'is a name to keep',
    ],
    [
      'has a repository to keep',
      image(1, { tags: ['localhost:5000/pg:16'] }),
      { rules: { keep: ['localhost:5000/pg'] } },
      'is a name to keep',
    ],
    ['has one name too many', image(1, { tags: ['ci/a:1', 'b:1'] }), { rules: { only: ['ci/*'] } }, 'not among those that may be removed'],
    ['has no name where names are asked for', image(1, { tags: [] }), { rules: { only: ['ci/*'] } }, 'not among those that may be removed'],
  ])('keeps an image that %s', (_, one, changes, because) => {
    const { remove, keep } = planned([one], changes);
    expect(remove).toEqual([]);
    expect(keep).toEqual([expect.objectContaining({ image: one, because: expect.stringContaining(because) })]);
  });

  test('removes what nobody used, the least recently used first, and what was built on an image before the image', () => {
    const images = [image(1), image(2, { parent: id(3) }), image(3, { tags: [] }), image(4)];
    const ledger = seenDaysAgo(20, images);
    const known = new Map(ledger.images).set(id(4), { firstSeenWall: NOW - 30 * DAY_MS, use: null });
    known.set(id(2), { firstSeenWall: NOW - 20 * DAY_MS, use: { wall: NOW - 8 * DAY_MS, why: 'container start' } });
    const { remove } = planImages({ images, containers: [] }, { ...ledger, images: known }, RULES, NOW, new Map());
    expect(remove.map((one) => one.image.id)).toEqual([id(4), id(1), id(2), id(3)]);
    expect(remove.at(2)?.because).toBe('unused for 8d (container start)');
  });

  test('keeps what a kept image was built on', () => {
    const { remove, keep } = planned([image(1, { parent: id(2) }), image(2, { tags: [], parent: id(3) }), image(3, { tags: [] })], {
      containers: [container([id(1)])],
    });
    expect(remove).toEqual([]);
    expect(keep.map(({ because }) => because)).toEqual([
      'used by box (exited)',
      '000000000000 was built on it',
      '000000000000 was built on it',
    ]);
  });

  test('takes the date of the last tag for a use, and that of the build for none', () => {
    const [one] = [image(1, { builtWall: 1 })];
    const tagged = new Map([[id(1), NOW - DAY_MS]]);
    expect(planImages({ images: [one], containers: [] }, seenDaysAgo(30, [one]), RULES, NOW, tagged).remove).toEqual([]);
    expect(planned([one], { days: 0 }).remove).toEqual([]);
    expect(planned([one], { days: 0, rules: { trustBuildDates: true } }).remove).toHaveLength(1);
    expect(planned([image(1, { builtWall: null })], { days: 0, rules: { trustBuildDates: true } }).remove).toEqual([]);
  });

  test('knows nothing of an image that the ledger does not know', () => {
    expect(planImages({ images: [image(2)], containers: [] }, seenDaysAgo(30, [image(1)]), RULES, NOW, new Map()).keep).toEqual([
      expect.objectContaining({ because: 'its use is unknown', lastUse: null }),
    ]);
  });
});

describe('very many images', () => {
  const MANY = 60_000;
  const chain = (kept: boolean): SeenImage[] =>
    Array.from({ length: MANY }, (_, index) =>
      image(index, { tags: [], parent: index === 0 ? null : id(index - 1), labels: kept ? ['keep'] : [] }),
    );

  test.each([
    ['that all stay', true, 0],
    ['that all go', false, MANY],
  ])('in one chain %s are planned, the last one first', (_, isKept, going) => {
    const { remove } = planned(chain(isKept));
    expect(remove).toHaveLength(going);
    expect(remove[0]?.image.id ?? id(MANY - 1)).toBe(id(MANY - 1));
  });

  test('stay for the one that was built on all of them', () => {
    const all = [...chain(false), image(MANY, { parent: id(MANY - 1), labels: ['keep'] })];
    expect(planned(all).remove).toEqual([]);
  });

  test('with the same layers, under as many that were built on them', () => {
    const all = Array.from({ length: 20_000 }, (_, index) => image(index, { layers: index % 2 === 0 ? ['a'] : ['a', 'b'] }));
    expect(planned(all).remove).toHaveLength(20_000);
    expect(planned([...all, image(20_000, { layers: ['a', 'c'], labels: ['keep'] })]).remove).toHaveLength(10_000);
  });
});

/** Anything an engine may hold: few names and ids, so that they collide. */
const numbers = fc.integer({ min: 0, max: 7 });
const images = fc.uniqueArray(
  fc.record({
    number: numbers,
    names: fc.array(numbers, { maxLength: 2 }),
    isLabelled: fc.boolean(),
    parent: fc.option(numbers),
    layers: fc.option(fc.array(fc.constantFrom('x', 'y'), { maxLength: 4 })),
    builtWall: fc.option(fc.integer({ min: 0, max: NOW + DAY_MS })),
  }),
  { selector: ({ number }) => number, maxLength: 8 },
);
const seenImages = images.map((drawn) =>
  drawn.map(({ number, names, isLabelled, parent, builtWall, layers }) =>
    image(number, {
      tags: names.map((name) => `n${name}:${name % 2 === 0 ? 'latest' : '1'}`),
      labels: isLabelled ? ['keep'] : [],
      parent: parent === null ? null : id(parent),
      builtWall,
      layers,
    }),
  ),
);
const reference = fc.oneof(
  numbers.map(id),
  numbers.map((name) => `n${name}`),
  numbers.map((name) => `n${name}:1`),
);
const containers = fc.array(
  fc
    .record({ references: fc.array(reference, { maxLength: 2 }), usedWall: fc.option(fc.integer({ min: 0, max: NOW + DAY_MS })) })
    .map(({ references, usedWall }) => container(references, { usedWall, state: usedWall === null ? 'running' : 'exited' })),
  { maxLength: 3 },
);
const inventories: fc.Arbitrary<Inventory> = fc.record({
  images: seenImages,
  containers,
  builds: fc.oneof({ weight: 9, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.constant(['a step of it']) }),
});
const news: fc.Arbitrary<EngineEvent> = fc.oneof(
  { weight: 1, arbitrary: inventories.map((inventory) => ({ kind: 'listed' as const, inventory })) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('used' as const),
      image: numbers.map(id),
      use: fc.record({ wall: fc.integer({ min: 0, max: NOW + DAY_MS }), why: fc.constant('an event') }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc
      .integer({ min: 0, max: 3 })
      .map((drawn) => drawn > 0)
      .map((isCovered) => ({ kind: 'watched-again' as const, why: 'test', isCovered })),
  },
);
/** The clock is set now and then, also while nobody looks, and the machine boots. */
const history = fc.array(
  fc.record({
    news,
    afterMs: fc.oneof(fc.integer({ min: 0, max: 600_000 }), fc.integer({ min: 0, max: 9 * DAY_MS })),
    setByMs: fc.oneof(
      { weight: 5, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: -500 * DAY_MS, max: 500 * DAY_MS }) },
    ),
    isReboot: fc.integer({ min: 0, max: 5 }).map((drawn) => drawn === 0),
  }),
  { maxLength: 12 },
);
const rules = fc.record({
  keep: fc.array(
    numbers.map((name) => `n${name}*`),
    { maxLength: 2 },
  ),
  only: fc.constantFrom<readonly string[]>(['*'], ['n1:1', 'n2*']),
});

type Step = Omit<typeof history extends fc.Arbitrary<readonly (infer S)[]> ? S : never, never>;

/** The ledger after a history, and how long each image was truly watched and unused. */
function lived(events: readonly Step[]) {
  let at: Moment = { wall: NOW, mono: 0, bootId: 'b0' };
  let ledger: EngineLedger | null = null;
  let watched = 0;
  const usedAt = new Map<string, number>();
  for (const [index, { news: one, afterMs, setByMs, isReboot }] of events.entries()) {
    const wall = at.wall + afterMs + setByMs;
    at = isReboot ? { wall, mono: 0, bootId: `b${index + 1}` } : { ...at, wall, mono: at.mono + afterMs };
    const before = watched;
    const isWatched = one.kind === 'watched-again' ? one.isCovered : afterMs <= 600_000;
    if (!isReboot && isWatched && ledger !== null) watched += afterMs;
    ledger = evolveEngineLedger(ledger, WHO, one, at);
    if (one.kind === 'used' && usedAt.has(one.image)) usedAt.set(one.image, before);
    if (one.kind !== 'listed') continue;
    const present = new Set(one.inventory.images.map((seen) => seen.id));
    for (const known of usedAt.keys()) if (!present.has(known)) usedAt.delete(known);
    for (const known of present) if (!usedAt.has(known)) usedAt.set(known, watched);
  }
  const unusedMs = (image: string) => watched - (usedAt.get(image) ?? watched);
  return { ledger, at, unusedMs };
}

/** What an image was built on, by layers alone, computed the slow way. */
const isBaseOf = (base: SeenImage, child: SeenImage): boolean =>
  base !== child && base.layers !== null && child.layers !== null && base.layers.every((layer, index) => layer === child.layers?.[index]);

describe('whatever an engine holds and whatever happened', () => {
  let removed = 0;
  test('nothing that is in use, young, labelled, named or outside the list goes, and every image is judged once', () => {
    fc.assert(
      fc.property(history, inventories, rules, (events, inventory, drawn) => {
        const listed: Step = { news: { kind: 'listed', inventory }, afterMs: 0, setByMs: 0, isReboot: false };
        const { ledger: known, at, unusedMs } = lived([listed, ...events, listed]);
        const { remove, keep } = planImages(inventory, known!, { ...RULES, ...drawn }, at.wall, new Map());
        if ((inventory.builds ?? []).length > 0) expect(remove).toEqual([]);
        expect([...remove, ...keep].map((one) => one.image.id).toSorted()).toEqual(inventory.images.map((one) => one.id).toSorted());
        removed += remove.length;
        const isPlausible = inventory.images.every((one) =>
          inventory.images.every(
            (parent) => parent.id !== one.parent || one.layers === null || parent.layers === null || isBaseOf(parent, one),
          ),
        );
        const going = new Set(remove.map((one) => one.image.id));
        const references = new Set(
          inventory.containers
            .flatMap((one) => one.images)
            .map((name) => (name.startsWith('n') && !name.includes(':') ? `${name}:latest` : name)),
        );
        for (const { image: one } of remove) {
          expect(references.has(one.id) || one.tags.some((tag) => references.has(tag))).toBe(false);
          expect(one.labels).toEqual([]);
          expect(one.tags.some((tag) => globs(drawn.keep)(tag))).toBe(false);
          if (!drawn.only.includes('*')) expect(one.tags.length > 0 && one.tags.every((tag) => globs(drawn.only)(tag))).toBe(true);
          // Ages are exact up to clock adjustments.
          expect(unusedMs(one.id)).toBeGreaterThanOrEqual(RULES.minAgeMs - 60_000);
        }
        for (const { image: one } of keep) if (one.parent !== null) expect(going.has(one.parent)).toBe(false);
        for (const { image: base } of remove) for (const { image: one } of keep) expect(isBaseOf(base, one)).toBe(false);
        for (const [index, { image: one }] of remove.entries()) {
          const before = remove.slice(0, index).map((other) => other.image.id);
          // Of images that claim to be built on each other none comes first.
          if (one.parent !== null && !loops(inventory.images, one) && isPlausible) expect(before).not.toContain(one.parent);
        }
      }),
      { numRuns: 2000 },
    );
    // Otherwise nothing was shown.
    expect(removed).toBeGreaterThan(20);
  });
});

function loops(all: readonly SeenImage[], from: SeenImage): boolean {
  const seen = new Set<string>();
  for (let up: SeenImage | undefined = from; up !== undefined; up = all.find((one) => one.id === up?.parent)) {
    if (seen.has(up.id)) return true;
    seen.add(up.id);
  }
  return false;
}
