import { learnOfEngine } from '../../src/core/image-ledger.ts';
import { type ImageRules, planImages } from '../../src/core/image-plan.ts';
import type { EngineLedger, EngineNews, Inventory, SeenContainer, SeenImage } from '../../src/core/image-types.ts';
import type { DiskFact } from '../../src/core/pressure-types.ts';
import { disk, GIB } from '../core/disks.ts';
import { DAY, HOUR } from '../core/world.ts';
import type { Clock } from './clock.ts';

/** The engine's own record has all that happened since the last look, unless the machine was rebooted. */
const watched = (isCovered: boolean): EngineNews => ({ kind: 'watched-again', why: 'a look', isCovered });
const TOTAL = 1000 * GIB;
const IMAGE_BYTES = 60 * GIB;
const RULES: ImageRules = { minAgeMs: 2 * HOUR, keepLabel: 'dogwatch.keep', keep: [], only: ['*'], trustBuildDates: false };
const ENGINE = { engine: 'engine-1', endpoint: '/run/docker.sock' };

/** What a reclaim must not touch, seen by one who knows everything. */
export type Removed = (image: string, because: string | null) => void;

/** The one filesystem of the machine, and the images of an engine on it. */
export class Volume {
  availableBytes = 400 * GIB;
  changedMs = 0;
  /** What the wall clock was set by in steps too small for the ledger to tell from a drift, ms. */
  driftMs = 0;
  /** Told when something was written. */
  heard: () => void = () => undefined;
  readonly images = new Map<string, SeenImage>();
  readonly containers = new Map<string, SeenContainer>();
  /** When an image was truly used last (ms since the program began). */
  readonly usedMs = new Map<string, number>();
  readonly #clock: Clock;
  #ledger: EngineLedger | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
    for (let index = 0; index < 6; index++) {
      const id = imageId(index);
      const labels = index === 0 ? ['dogwatch.keep'] : [];
      const rest = { digests: [], layers: null, parent: null, builtWall: null, unsharedBytes: IMAGE_BYTES };
      this.images.set(id, { id, tags: [`app:${index}`], labels, sizeBytes: IMAGE_BYTES, ...rest });
      this.usedMs.set(id, -2 * DAY);
    }
    const at = { ...clock.now, bootId: 'boot-1' };
    // The engine has been watched for two days.
    const before = { ...at, wall: at.wall - 2 * DAY, mono: at.mono - 2 * DAY };
    this.#ledger = learnOfEngine(null, ENGINE, { kind: 'listed', inventory: this.inventory }, before);
    this.#ledger = learnOfEngine(this.#ledger, ENGINE, watched(true), at);
    this.look();
  }

  get inventory(): Inventory {
    return { images: [...this.images.values()], containers: [...this.containers.values()] };
  }

  /** False: it does not fit, and the disk is full. */
  write(bytes: number): boolean {
    const isFitting = bytes <= this.availableBytes;
    this.availableBytes = Math.min(TOTAL, Math.max(0, this.availableBytes - bytes));
    this.changedMs = this.#clock.nowMs;
    this.heard();
    return isFitting;
  }

  /** A container of an image begins. */
  run(index: number, name: string): void {
    const image = imageId(index);
    if (!this.images.has(image)) return;
    this.containers.set(name, { id: name, name, state: 'running', images: [image], usedWall: null });
    this.usedMs.set(image, this.#clock.nowMs);
    this.look();
  }

  end(name: string): void {
    const container = this.containers.get(name);
    this.containers.delete(name);
    for (const image of container?.images ?? []) this.usedMs.set(image, this.#clock.nowMs);
    this.look(container === undefined ? [] : container.images);
  }

  /** The ledger hears of the engine, as its events tell it. */
  look(used: readonly string[] = [], bootId = 'boot-1', inventory = this.inventory): void {
    const at = { ...this.#clock.now, bootId };
    const isSameBoot = this.#ledger?.seenAt.bootId === bootId;
    this.#ledger = learnOfEngine(this.#ledger, ENGINE, watched(isSameBoot), at);
    this.#ledger = learnOfEngine(this.#ledger, ENGINE, { kind: 'listed', inventory }, at);
    for (const image of used)
      this.#ledger = learnOfEngine(this.#ledger, ENGINE, { kind: 'used', image, use: { wall: at.wall, why: 'a container ended' } }, at);
  }

  /** Frees what may go, by the rules of the core. `seen`: what the planner is shown of the engine. */
  reclaim(untilBytes: number, bootId: string, removed: Removed, seen: Inventory = this.inventory): { removed: number; bytes: number } {
    this.look([], bootId, seen);
    const before = this.availableBytes;
    let count = 0;
    for (const { image } of planImages(seen, this.#ledger!, RULES, this.#clock.now.wall, new Map()).remove) {
      if (this.availableBytes >= untilBytes) break;
      removed(image.id, this.#forbidden(image));
      this.images.delete(image.id);
      this.availableBytes += image.sizeBytes;
      count += 1;
    }
    this.changedMs = this.#clock.nowMs;
    return { removed: count, bytes: this.availableBytes - before };
  }

  sample(): DiskFact {
    const filesystems = [disk({ totalBytes: TOTAL, availableBytes: this.availableBytes })];
    return { kind: 'disk.sampled', takenMono: this.#clock.now.mono, isWhole: true, filesystems, unreachable: [] };
  }

  /** Why an image must not go; null: it may. */
  #forbidden({ id, labels }: SeenImage): string | null {
    if ([...this.containers.values()].some(({ images }) => images.includes(id))) return 'it is in use';
    if (labels.includes(RULES.keepLabel)) return 'it is labelled to be kept';
    return this.#clock.nowMs - (this.usedMs.get(id) ?? 0) < RULES.minAgeMs - this.driftMs - 60_000 ? 'it is younger than its age' : null;
  }
}

const imageId = (index: number): string => `sha256:${String(index).repeat(64)}`;
