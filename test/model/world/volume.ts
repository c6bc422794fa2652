import type { DiskFact } from '../../../src/core/model/disk.ts';
import { disk, GIB } from '../../kit/core/disks.ts';
import type { Clock } from './clock.ts';
import { Engine } from './engine.ts';

export const TOTAL_BYTES = 1000 * GIB;
/** A log that takes this much of a full disk has filled it. */
export const LARGE_LOG_BYTES = TOTAL_BYTES / 10;
/** The limit of a log, where logs are cut. */
export const MAX_LOG_BYTES = 8 * GIB;

/** What a reclaim must not touch, as an omniscient observer sees it. */
export type Removed = (image: string, because: string | null) => void;

/** The machine's only filesystem, and an engine's images on it. */
export class Volume {
  availableBytes = 400 * GIB;
  isReadOnly = false;
  changedMs = 0;
  /** Called when something was written. */
  heard: () => void = () => undefined;
  readonly engine: Engine;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.engine = new Engine(clock);
  }

  /** Returns false if the data does not fit and the disk is full. */
  write(bytes: number): boolean {
    if (this.isReadOnly) return false;
    const isFitting = bytes <= this.availableBytes;
    this.availableBytes = Math.min(TOTAL_BYTES, Math.max(0, this.availableBytes - bytes));
    this.changedMs = this.#clock.nowMs;
    this.heard();
    return isFitting;
  }

  /** Mounts it read-only for a while. */
  closeFor(ms: number): void {
    this.#remount(true);
    this.#clock.after(ms, () => this.open());
  }

  open(): void {
    if (this.isReadOnly) this.#remount(false);
  }

  #remount(isReadOnly: boolean): void {
    this.isReadOnly = isReadOnly;
    this.changedMs = this.#clock.nowMs;
    this.heard();
  }

  /** Frees what may be removed, by the core's rules. */
  reclaim(untilBytes: number, removed: Removed): { removed: number; bytes: number } {
    const before = this.availableBytes;
    let count = 0;
    for (const image of this.engine.stale()) {
      if (this.isReadOnly || this.availableBytes >= untilBytes) break;
      removed(image.id, this.engine.forbidden(image));
      this.engine.images.delete(image.id);
      this.availableBytes += image.sizeBytes;
      count += 1;
    }
    this.changedMs = this.#clock.nowMs;
    return { removed: count, bytes: this.availableBytes - before };
  }

  sample(): DiskFact {
    const filesystems = [disk({ totalBytes: TOTAL_BYTES, availableBytes: this.availableBytes, isReadOnly: this.isReadOnly })];
    return { kind: 'disk.sampled', takenMono: this.#clock.now.mono, isWhole: true, filesystems, unreachable: [] };
  }
}
