import type { EngineEvent, EngineLedger, Inventory, SeenContainer, SeenImage } from '../../../src/core/images/image.ts';
import { evolveEngineLedger } from '../../../src/core/images/ledger.ts';
import { type ImageRules, planImages } from '../../../src/core/images/stale.ts';
import { GIB } from '../../kit/core/disks.ts';
import { DAY, HOUR } from '../../kit/core/world.ts';
import type { Plant } from '../plant.ts';
import type { Clock } from './clock.ts';

const RULES: ImageRules = { minAgeMs: 2 * HOUR, keepLabel: 'dogwatch.keep', keep: [], only: ['*'], trustBuildDates: false };
const ENGINE = { engine: 'engine-1', endpoint: '/run/docker.sock' };
const IMAGE_BYTES = 60 * GIB;
/**
 * A watcher that was stopped for longer than this saw nothing meanwhile. Clocks that differ by less
 * than this agree.
 */
const [LONGEST_MS, AGREE_MS] = [600_000, 60_000];
/** By how much ages may differ. */
const TOLERANCE_MS = 5000;
/** Images that exist from the beginning. */
const IMAGES = 6;

interface Build {
  /** Images that it uses; the first is its base. */
  readonly of: readonly string[];
  readonly isClassic: boolean;
  readonly isKept: boolean;
}

/** A real Docker engine, what a ledger learns about it, and how its images are really used. */
export class Engine {
  readonly images = new Map<string, SeenImage>();
  readonly containers = new Map<string, SeenContainer>();
  /** Whether a watchdog receives its events now. */
  isWatched: () => boolean = () => true;
  bootId: () => string = () => 'boot-1';
  plant: Plant = {};
  readonly #clock: Clock;
  readonly #builds = new Map<string, Build>();
  readonly #builtOn = new Map<string, string>();
  /**
   * When an image was really used last, in watched time. A use that left no trace while no watchdog
   * ran cannot be known.
   */
  readonly #usedMs = new Map<string, number>();
  readonly #heldMs = new Map<string, number>();
  #unwatchedMs = 0;
  #lookedMs: number;
  /**
   * Since the last look: events that the engine still has, whether it has all of them, and what was
   * built.
   */
  #record: { readonly image: string; readonly wall: number; readonly atMs: number }[] = [];
  #isRecordWhole = true;
  #built: { readonly image: string; readonly atMs: number }[] = [];
  #ledger: EngineLedger;

  constructor(clock: Clock) {
    this.#clock = clock;
    for (let index = 0; index < IMAGES; index++) {
      const labels = index === 0 ? ['dogwatch.keep'] : [];
      this.#add(index, { labels, layers: [`layer-${index}`], parent: null, sizeBytes: IMAGE_BYTES });
      this.#usedMs.set(imageId(index), -2 * DAY);
    }
    // It has been watched for two days.
    const at = { ...clock.now, bootId: 'boot-1' };
    const before = { ...at, wall: at.wall - 2 * DAY, mono: at.mono - 2 * DAY };
    const first = evolveEngineLedger(null, ENGINE, { kind: 'listed', inventory: this.inventory }, before);
    this.#ledger = evolveEngineLedger(first, ENGINE, { kind: 'watched-again', why: 'a look', isCovered: true }, at);
    this.#lookedMs = clock.nowMs;
  }

  get inventory(): Inventory {
    const builds = [...this.#builds.keys()];
    return { images: [...this.images.values()], containers: [...this.containers.values()], builds };
  }

  /** What can be seen of the engine. */
  get #seen(): Inventory {
    const { inventory } = this;
    return this.plant.inventory?.(inventory) ?? inventory;
  }

  /** Starts a container of an image, if the image exists. */
  run(index: number): string {
    const image = imageId(index);
    const name = `container-${this.#clock.nowMs}`;
    if (!this.images.has(image)) return name;
    this.containers.set(name, { id: name, name, state: 'running', images: [image], usedWall: null });
    this.#happened(image);
    return name;
  }

  /** Removes it, whether it was still running or had ended before. */
  end(name: string): void {
    const container = this.containers.get(name);
    this.containers.delete(name);
    this.#heldMs.delete(name);
    if (container?.usedWall === null) for (const image of container.images) this.#happened(image);
  }

  /**
   * Starts a build. The classic builder has a container of its last base; of BuildKit only a record
   * of the build is visible.
   */
  build(
    name: string,
    { bases, isClassic, isKept, forMs }: Omit<Build, 'of'> & { readonly bases: readonly number[]; readonly forMs: number },
  ): void {
    const of = bases.map(imageId);
    if (!of.every((image) => this.images.has(image))) return;
    this.#builds.set(name, { of, isClassic, isKept });
    this.#clock.after(forMs, () => this.#finish(name));
    if (!isClassic) return;
    const step = { id: name, name, state: 'running', images: of.slice(-1), usedWall: null, isBuildStep: true };
    this.containers.set(name, step);
    this.#happened(of.at(-1)!);
  }

  /** Ends a build, which has made an image. */
  #finish(name: string): void {
    const build = this.#builds.get(name);
    if (build === undefined) return;
    const [base] = build.of;
    this.#builds.delete(name);
    this.end(name);
    const layers = [...(this.images.get(base!)?.layers ?? []), `layer of ${name}`];
    const labels = build.isKept ? [RULES.keepLabel] : [];
    const image = this.#add(IMAGES + this.#builtOn.size, { labels, layers, parent: build.isClassic ? base! : null, sizeBytes: GIB });
    this.#builtOn.set(image, base!);
    this.#built.push({ image, atMs: this.#watchedMs });
    this.#happened(image);
  }

  /**
   * The engine's record of events starts over. Watchdogs that receive its events have seen them
   * already.
   */
  restart(): void {
    if (this.isWatched()) this.look();
    this.#record = [];
    this.#isRecordWhole = false;
  }

  /** Everything in it dies. */
  powerOff(): void {
    for (const [name, container] of this.containers) {
      if (container.usedWall !== null) continue;
      this.containers.set(name, { ...container, state: 'exited', usedWall: this.#clock.now.wall });
      this.#heldMs.set(name, this.#watchedMs);
    }
    for (const name of this.#builds.keys()) this.containers.delete(name);
    this.#builds.clear();
    this.#record = [];
    this.#isRecordWhole = false;
  }

  /** A living watchdog looks at it now and then. */
  isLookedAt(): void {
    this.#clock.after(LONGEST_MS / 2, () => {
      if (this.isWatched()) this.look();
      this.isLookedAt();
    });
  }

  /**
   * Informs the ledger about the engine: from a watchdog that has watched it all the time, or from
   * a new one that reads the engine's record.
   */
  look(isNew = !this.isWatched()): void {
    const at = { ...this.#clock.now, bootId: this.bootId() };
    const { seenAt } = this.#ledger;
    const isSameBoot = seenAt.bootId === at.bootId;
    const elapsedMs = at.mono - seenAt.mono;
    const isOneClock = Math.abs(at.wall - seenAt.wall - elapsedMs) < AGREE_MS;
    const isCovered = isSameBoot && (isNew ? this.#isRecordWhole && isOneClock : elapsedMs <= LONGEST_MS);
    this.#isTrue(isCovered);
    const events: EngineEvent[] = isNew ? [{ kind: 'watched-again', why: 'it comes', isCovered }] : [];
    for (const { image, wall } of this.#record)
      events.push({ kind: 'used', image, use: { wall, why: 'an event' }, isProven: isNew && isCovered });
    events.push({ kind: 'listed', inventory: this.#seen });
    const { engineEvents = (one: EngineEvent) => one, ledger = (_before: EngineLedger, after: EngineLedger) => after } = this.plant;
    for (const one of events) this.#ledger = ledger(this.#ledger, evolveEngineLedger(this.#ledger, ENGINE, engineEvents(one), at));
    this.#record = [];
    this.#built = [];
    this.#isRecordWhole = true;
    this.#lookedMs = this.#clock.nowMs;
  }

  /** What may be removed, by the core's rules. */
  stale(): readonly SeenImage[] {
    this.look();
    return planImages(this.#seen, this.#ledger, RULES, this.#clock.now.wall, new Map()).remove.map(({ image }) => image);
  }

  /** Why an image must not be removed, or null if it may be. */
  forbidden({ id, labels }: SeenImage): string | null {
    if ([...this.containers.values()].some(({ images }) => images.includes(id))) return 'it is in use';
    if (labels.includes(RULES.keepLabel)) return 'it is labelled to be kept';
    if ([...this.#builds.values()].some(({ of }) => of.some((one) => one === id || this.#basesOf(one).includes(id))))
      return 'a running build uses it';
    if ([...this.images.keys()].some((one) => this.#basesOf(one).includes(id))) return 'an image that is kept was built on it';
    const ageMs = this.#watchedMs - (this.#usedMs.get(id) ?? 0);
    return ageMs < RULES.minAgeMs - TOLERANCE_MS ? `it is younger than its age in watched time (${ageMs} ms)` : null;
  }

  get #watchedMs(): number {
    return this.#clock.nowMs - this.#unwatchedMs;
  }

  /**
   * What an omniscient observer takes from a look: which time counts, and which uses can be known.
   */
  #isTrue(isCovered: boolean): void {
    if (!isCovered) this.#unwatchedMs += this.#clock.nowMs - this.#lookedMs;
    const now = this.#watchedMs;
    // Containers that ended while no watchdog ran were noted before it was known that this time
    // does not count.
    for (const [name, atMs] of this.#heldMs) this.#heldMs.set(name, Math.min(now, atMs));
    const uses = (image: string, atMs: number) => this.#usedMs.set(image, Math.max(this.#usedMs.get(image) ?? -DAY, Math.min(now, atMs)));
    if (isCovered) for (const { image, atMs } of this.#record) uses(image, atMs);
    for (const { image, atMs } of this.#built) for (const one of [image, ...this.#basesOf(image)]) uses(one, atMs);
    for (const { name, images } of this.containers.values()) for (const image of images) uses(image, this.#heldMs.get(name) ?? now);
  }

  #basesOf(image: string): readonly string[] {
    const base = this.#builtOn.get(image);
    return base === undefined ? [] : [base, ...this.#basesOf(base)];
  }

  #happened(image: string): void {
    this.#record.push({ image, wall: this.#clock.now.wall, atMs: this.#watchedMs });
    if (this.isWatched()) this.look();
  }

  #add(index: number, rest: Pick<SeenImage, 'labels' | 'layers' | 'parent' | 'sizeBytes'>): string {
    const id = imageId(index);
    this.images.set(id, { id, tags: [`app:${index}`], digests: [], builtWall: null, unsharedBytes: rest.sizeBytes, ...rest });
    return id;
  }
}

const imageId = (index: number): string => `sha256:${index.toString(16).padStart(2, '0').repeat(32)}`;
