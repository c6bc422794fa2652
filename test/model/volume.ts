import type { DiskFact } from '../../src/core/pressure-types.ts';
import { disk, GIB } from '../core/disks.ts';
import type { Clock } from './clock.ts';
import { Engine } from './engine.ts';

export const TOTAL_BYTES = 1000 * GIB;
/** A log that takes so much of a full disk has filled it. */
export const LARGE_LOG_BYTES = TOTAL_BYTES / 10;

/** What a reclaim must not touch, seen by one who knows everything. */
export type Removed = (image: string, because: string | null) => void;

/** The one filesystem of the machine, and the images of an engine on it. */
export class Volume {
  availableBytes = 400 * GIB;
  changedMs = 0;
  /** Told when something was written. */
  heard: () => void = () => undefined;
  readonly engine: Engine;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.engine = new Engine(clock);
  }

  /** False: it does not fit, and the disk is full. */
  write(bytes: number): boolean {
    const isFitting = bytes <= this.availableBytes;
    this.availableBytes = Math.min(TOTAL_BYTES, Math.max(0, this.availableBytes - bytes));
    this.changedMs = this.#clock.nowMs;
    this.heard();
    return isFitting;
  }

  /** Frees what may go, by the rules of the core. */
  reclaim(untilBytes: number, removed: Removed): { removed: number; bytes: number } {
    const before = this.availableBytes;
    let count = 0;
    for (const image of this.engine.stale()) {
      if (this.availableBytes >= untilBytes) break;
      removed(image.id, this.engine.forbidden(image));
      this.engine.images.delete(image.id);
      this.availableBytes += image.sizeBytes;
      count += 1;
    }
    this.changedMs = this.#clock.nowMs;
    return { removed: count, bytes: this.availableBytes - before };
  }

  sample(): DiskFact {
    const filesystems = [disk({ totalBytes: TOTAL_BYTES, availableBytes: this.availableBytes })];
    return { kind: 'disk.sampled', takenMono: this.#clock.now.mono, isWhole: true, filesystems, unreachable: [] };
  }
}
