import type { EngineLedger, SeenContainer } from '../../src/core/images/image.ts';
import type { ReclaimedEngine } from '../../src/reclaimers/docker-engines.ts';
import type { Answer } from '../../src/system/docker/call.ts';
import type { DockerEngine } from '../../src/system/docker/engine.ts';
import type { DockerEvent } from '../../src/system/docker/events.ts';
import type { CacheRecord, InspectedImage } from '../../src/system/docker/shapes.ts';

export const NOW = { wall: 1000 * 86_400_000, mono: 1_000_000 };
export const RULES = { minAgeMs: 7 * 86_400_000, keepLabel: 'keep', keep: [], only: ['*'], trustBuildDates: false };

const ok = <T>(value: T): Answer<T> => ({ kind: 'ok', value });
const refused = (status: number, because: string): Answer<never> => ({ kind: 'refused', status, because });

export const image = (id: string, changes: Partial<InspectedImage> = {}): InspectedImage => ({
  id,
  tags: [`${id}:1`],
  digests: [],
  labels: [],
  layers: [`layer-${id}`],
  parent: null,
  builtWall: 0,
  sizeBytes: 100,
  unsharedBytes: 60,
  taggedWall: null,
  ...changes,
});

/**
 * An engine that follows Docker's rules of removal; `beforeEach` is called before every call, and
 * may change what there is.
 */
export class FakeEngine {
  images: InspectedImage[];
  containers: SeenContainer[] = [];
  events: DockerEvent[] = [];
  cache: CacheRecord[] = [];
  readonly calls: string[] = [];
  beforeEach: (call: string) => void = () => {};
  /** Replaces the answer to a call. */
  instead: (call: string) => Answer<never> | null = () => null;

  constructor(images: readonly InspectedImage[]) {
    this.images = [...images];
  }

  get engine(): DockerEngine {
    const called = <T>(call: string, answer: () => Answer<T>): Promise<Answer<T>> => {
      this.calls.push(call);
      this.beforeEach(call);
      return Promise.resolve(this.instead(call) ?? answer());
    };
    return {
      endpoint: { kind: 'tcp', url: 'tcp://far:1', host: 'far', port: 1 },
      info: () => called('info', () => ok({ id: 'E', version: '1', root: '/nowhere', usesContainerd: false, clockWall: NOW.wall })),
      images: () => called('images', () => ok(this.images.map(({ taggedWall: _, ...seen }) => seen))),
      containers: () => called('containers', () => ok(this.containers)),
      inspectImage: (reference) =>
        called(`inspect ${reference}`, () => {
          const found = this.#find(reference);
          return found === undefined ? refused(404, 'no such image') : ok(found);
        }),
      withLayers: (all) => Promise.resolve(ok(all.map((one) => ({ ...one, layers: this.#find(one.id)?.layers ?? [] })))),
      recordedEvents: () => called('events', () => ok({ events: this.events, sinceWall: 0 })),
      removeImage: (reference) => called(`remove ${reference}`, () => this.#remove(reference)),
      buildCache: () => called('cache', () => ok(this.cache)),
      pruneBuildCache: () => called('prune', () => ok(0)),
      watchEvents: () => () => {},
    };
  }

  #find = (reference: string) => this.images.find(({ id, tags }) => id === reference || tags.includes(reference));

  #remove(reference: string): Answer<unknown> {
    const found = this.#find(reference);
    if (found === undefined) return refused(404, 'no such image');
    const isNamed = found.id !== reference;
    if (this.images.some(({ parent }) => parent === found.id)) return refused(409, 'image has dependent child images');
    if (!isNamed && new Set(found.tags.map((tag) => tag.split(':')[0])).size > 1)
      return refused(409, 'image is referenced in multiple repositories');
    const tags = isNamed ? found.tags.filter((tag) => tag !== reference) : [];
    const others = this.images.filter((one) => one !== found);
    this.images = tags.length > 0 ? [...others, { ...found, tags }] : others;
    return ok([]);
  }
}

/** The engine with a ledger that has known these images for this many days. */
export function reclaimed(fake: FakeEngine, days: number, ids = fake.images.map(({ id }) => id)): ReclaimedEngine {
  const wall = NOW.wall - days * 86_400_000;
  const ledger: EngineLedger = {
    engine: 'E',
    endpoint: 'tcp://far:1',
    sinceWall: wall,
    seenAt: { ...NOW, bootId: 'another boot' },
    images: new Map(ids.map((id) => [id, { firstSeenWall: wall, use: null }])),
    gaps: [],
    shifts: [],
  };
  return { engine: fake.engine, ledger: (engine) => (engine === 'E' ? ledger : null), probe: null };
}
