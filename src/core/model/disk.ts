/** The vocabulary of disk pressure as types: plain data, like everything in the core. */

/** A measured filesystem: one per device, however many paths are on it. */
export interface Filesystem {
  /** st_dev as text. */
  readonly device: string;
  /** The first of its paths, for people. */
  readonly path: string;
  /** All measured paths that are on it now. */
  readonly paths: readonly string[];
  readonly totalBytes: number;
  /** Available to a user: the reserve for root is not counted. */
  readonly availableBytes: number;
  /** 0 if it has no fixed number of inodes and cannot run out. */
  readonly totalInodes: number;
  readonly availableInodes: number;
  /** It is read-only. Absent if it is writable. */
  readonly isReadOnly?: boolean;
}

/**
 * A path whose filesystem could not be measured, and why, in words that stay the same while nothing
 * changes.
 */
export interface Unreachable {
  readonly path: string;
  readonly because: string;
}

export interface DiskSample {
  /** Nothing in it was measured before this: monotonic ms. */
  readonly takenMono: number;
  /** True if it covers every path that matters, false if only some of them. */
  readonly isWhole: boolean;
  readonly filesystems: readonly Filesystem[];
  readonly unreachable: readonly Unreachable[];
}

export type DiskFact = { readonly kind: 'disk.sampled' } & DiskSample;

/** How short a filesystem is, worst last. */
export const LEVELS = ['none', 'soft', 'critical'] as const;
export type Level = (typeof LEVELS)[number];

/**
 * A part of a filesystem: a percentage of its size, a number of bytes, or both (at least one is not
 * null).
 */
export interface Mark {
  readonly percent: number | null;
  readonly bytes: number | null;
}

/** From the settings of the host. */
export interface Marks {
  /** Less than this is too little; of percentage and size, the smaller applies. */
  readonly soft: Mark;
  readonly critical: Mark;
  /** Percentages. */
  readonly inodesSoft: number;
  readonly inodesCritical: number;
  /**
   * What must be available above a threshold to leave its level: of percentage and size the larger
   * applies, but at most the threshold itself, which a small filesystem could otherwise never
   * reach.
   */
  readonly minReclaim: Mark;
  readonly graceMs: number;
  readonly holdMs: number;
}

/** The available bytes or inodes, and how fast they shrink. */
export interface Gauge {
  readonly available: number;
  readonly total: number;
  /** Smoothed loss per millisecond. Negative while it grows. */
  readonly lossPerMs: number;
}

/** What is known of one filesystem. */
export interface DevicePressure {
  readonly device: string;
  readonly path: string;
  readonly paths: readonly string[];
  readonly level: Level;
  readonly because: string;
  /** Moments of the monotonic clock, ms. */
  readonly sinceMono: number;
  readonly takenMono: number;
  readonly bytes: Gauge;
  readonly inodes: Gauge;
  /** Since when every sample was low, or null if the last one was not. */
  readonly lowSinceMono: number | null;
  /** Since when every sample was enough to leave the level, or null if the last one was not. */
  readonly clearSinceMono: { readonly soft: number | null; readonly critical: number | null };
  /** The last sample found it read-only. */
  readonly isReadOnly?: boolean;
  /** Only samples taken after this are acted on, or null if none was acted on yet. */
  readonly steppedMono: number | null;
}

export interface PressureState {
  readonly devices: readonly DevicePressure[];
  readonly unreachable: readonly Unreachable[];
}

export interface PressureChange {
  readonly device: string;
  /** The first of its paths. */
  readonly path: string;
  readonly from: Level;
  readonly to: Level;
  readonly because: string;
}

/** What a sample changed. */
export interface PressureSeen {
  readonly state: PressureState;
  readonly changes: readonly PressureChange[];
  /**
   * Paths that cannot be measured since this sample, and paths that can be again. Each is reported
   * once.
   */
  readonly lost: readonly Unreachable[];
  readonly found: readonly string[];
  /** Filesystems that became read-only with this sample, and those that became writable again. */
  readonly closed: readonly DevicePressure[];
  readonly opened: readonly DevicePressure[];
}
