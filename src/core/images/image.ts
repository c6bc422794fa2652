import type { WatchedTime } from '../values/watched-time.ts';

export type { Moment } from '../values/watched-time.ts';

/** An image as its engine tells of it. `id` is `sha256:…`. */
export interface SeenImage {
  readonly id: string;
  /** Its names, `repository:tag`; what is untagged has none. */
  readonly tags: readonly string[];
  /** `repository@sha256:…`, of an image that was pulled. */
  readonly digests: readonly string[];
  readonly labels: readonly string[];
  /** The digests of its layers, lowest first; null: nobody asked. */
  readonly layers: readonly string[] | null;
  /** The image that it was built on, where the engine still knows; null: it does not. */
  readonly parent: string | null;
  /** When it was built, by whoever built it; null: nobody says. It says nothing of its use here. */
  readonly builtWall: number | null;
  readonly sizeBytes: number;
  /** What goes when it goes: layers that no other image has; null: this engine does not say. */
  readonly unsharedBytes: number | null;
}

/** A container in whatever state. */
export interface SeenContainer {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  /** How it names its image: ids, and the reference that it was made with. */
  readonly images: readonly string[];
  /** The latest of created, started and finished; null: it runs, or may run at any moment. */
  readonly usedWall: number | null;
  /** It is a step of a build that is at work. */
  readonly isBuildStep?: boolean;
}

/** All that an engine has, at one moment. */
export interface Inventory {
  readonly images: readonly SeenImage[];
  readonly containers: readonly SeenContainer[];
  /** What shows that a build is at work, in words: which images it needs, nobody knows but the build. None where nobody asked. */
  readonly builds?: readonly string[];
}

/** What the ledger keeps of an image. Its dates age by watched time alone: they move along with the wall clock otherwise. */
export interface KnownImage {
  readonly firstSeenWall: number;
  /** The last use that anything showed; null: none was seen. */
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

/** What is known of one engine's images. An entry that did not change is the same object in the next ledger. */
export interface EngineLedger extends WatchedTime {
  /** The engine's own id. */
  readonly engine: string;
  readonly endpoint: string;
  readonly images: ReadonlyMap<string, KnownImage>;
  /** Oldest first. */
  readonly gaps: readonly Gap[];
}

/**
 * News of an engine. `used`: `image` is an id; one that was never listed is heard of in the next list. `isProven`: its date is right, and
 * not only that of its arrival. `watched-again`: `isCovered` where the engine's own record of events has all that happened meanwhile.
 */
export type EngineEvent =
  | { readonly kind: 'listed'; readonly inventory: Inventory }
  | { readonly kind: 'used'; readonly image: string; readonly use: Use; readonly isProven?: boolean }
  | { readonly kind: 'watched-again'; readonly why: string; readonly isCovered: boolean };
