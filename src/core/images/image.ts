import type { WatchedTime } from '../values/watched-time.ts';

export type { Moment } from '../values/watched-time.ts';

/** An image as its engine describes it. `id` is `sha256:…`. */
export interface SeenImage {
  readonly id: string;
  /** Its names, `repository:tag`; an untagged image has none. */
  readonly tags: readonly string[];
  /** `repository@sha256:…` of a pulled image. */
  readonly digests: readonly string[];
  readonly labels: readonly string[];
  /** The digests of its layers, lowest first, or null if they were not requested. */
  readonly layers: readonly string[] | null;
  /** The image it was built on, or null if the engine no longer knows it. */
  readonly parent: string | null;
  /** When it was built, anywhere, or null if unknown. It says nothing about its use here. */
  readonly builtWall: number | null;
  readonly sizeBytes: number;
  /**
   * What removing it frees: layers that no other image shares. Null if this engine does not report
   * it.
   */
  readonly unsharedBytes: number | null;
}

/** A container in any state. */
export interface SeenContainer {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  /** How it refers to its image: ids, and the reference it was created with. */
  readonly images: readonly string[];
  /**
   * The latest of created, started and finished, or null if it is running or may run at any moment.
   */
  readonly usedWall: number | null;
  /** It is a step of a running build. */
  readonly isBuildStep?: boolean;
}

/** Everything an engine has, at one moment. */
export interface Inventory {
  readonly images: readonly SeenImage[];
  readonly containers: readonly SeenContainer[];
  /**
   * The signs of running builds, in words. Only the build itself knows which images it needs.
   * Absent if nobody checked.
   */
  readonly builds?: readonly string[];
}

/**
 * What the ledger keeps of an image. Its dates age only by watched time: otherwise they move along
 * with the wall clock.
 */
export interface KnownImage {
  readonly firstSeenWall: number;
  /** The last observed use, or null if none was observed. */
  readonly use: Use | null;
}

export interface Use {
  readonly wall: number;
  readonly why: string;
}

/** A time in which nobody watched the engine. */
export interface Gap {
  readonly sinceWall: number;
  readonly untilWall: number;
  readonly why: string;
}

/**
 * What is known about one engine's images. An unchanged entry is the same object in the next
 * ledger.
 */
export interface EngineLedger extends WatchedTime {
  /** The engine's own id. */
  readonly engine: string;
  readonly endpoint: string;
  readonly images: ReadonlyMap<string, KnownImage>;
  /** Oldest first. */
  readonly gaps: readonly Gap[];
}

/**
 * An event of an engine. `used`: `image` is an id; an image that was never listed appears in the
 * next list. `isProven`: its date is right, and not only that of its arrival. `watched-again`:
 * `isCovered` if the engine's own event log holds everything that happened meanwhile.
 */
export type EngineEvent =
  | { readonly kind: 'listed'; readonly inventory: Inventory }
  | { readonly kind: 'used'; readonly image: string; readonly use: Use; readonly isProven?: boolean }
  | { readonly kind: 'watched-again'; readonly why: string; readonly isCovered: boolean };

/** What a watcher finds when it starts, or starts again. */
export interface Connected {
  readonly engine: string;
  readonly inventory: Inventory;
  /** Whether the engine's record has everything that happened since it was last watched. */
  readonly isCovered: boolean;
  /** What that record shows was used meanwhile. */
  readonly uses: readonly EngineEvent[];
  /**
   * The time from which events are still to be delivered, by the engine's clock (ms since the
   * epoch).
   */
  readonly sinceWall: number;
}
