/** The words of disk pressure as types: plain data, like all of the core's. */

/** A filesystem as it was measured: one a device, however many paths are on it. */
export interface Filesystem {
  /** st_dev as text. */
  readonly device: string;
  /** The first of its paths, for people. */
  readonly path: string;
  /** All that were asked about and are on it now. */
  readonly paths: readonly string[];
  readonly totalBytes: number;
  /** To a user: what is kept for root is not counted. */
  readonly availableBytes: number;
  /** 0: it has no fixed number of them, and can't run out. */
  readonly totalInodes: number;
  readonly availableInodes: number;
  /** Nobody may write to it; left out: it can be written to. */
  readonly isReadOnly?: boolean;
}

/** A path whose filesystem could not be measured, and why, in words that stay the same while nothing changes. */
export interface Unreachable {
  readonly path: string;
  readonly because: string;
}

export interface DiskSample {
  /** Nothing in it was measured before this: ms of the monotonic clock. */
  readonly takenMono: number;
  /** It is about every path that matters; else only about some of them. */
  readonly isWhole: boolean;
  readonly filesystems: readonly Filesystem[];
  readonly unreachable: readonly Unreachable[];
}

export type DiskFact = { readonly kind: 'disk.sampled' } & DiskSample;

/** How short a filesystem is, worst last. */
export const LEVELS = ['none', 'soft', 'critical'] as const;
export type Level = (typeof LEVELS)[number];

/** A part of a filesystem: a percentage of its size, a number of bytes, or (at least one is not null) both. */
export interface Mark {
  readonly percent: number | null;
  readonly bytes: number | null;
}

/** From the settings of the host. */
export interface Marks {
  /** Less than this is too little: of percentage and size whichever is less. */
  readonly soft: Mark;
  readonly critical: Mark;
  /** Percentages. */
  readonly inodesSoft: number;
  readonly inodesCritical: number;
  /** What has to be available above a mark before its level is left: of percentage and size whichever is more, but no more than the mark
   * itself, which a small filesystem could never have. */
  readonly minReclaim: Mark;
  readonly graceMs: number;
  readonly holdMs: number;
}

/** What there is of bytes or inodes, and how fast it goes. */
export interface Gauge {
  readonly available: number;
  readonly total: number;
  /** Smoothed loss a millisecond; less than 0: it grows. */
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
  /** Since when every sample was low; null: the last one was not. */
  readonly lowSinceMono: number | null;
  /** Since when every sample was above what leaves the level; null: the last one was not. */
  readonly clearSinceMono: { readonly soft: number | null; readonly critical: number | null };
  /** As the last sample found it: nobody may write to it. */
  readonly isReadOnly?: boolean;
  /** Samples have to be taken after this to be acted on; null: it was never acted on. */
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
  /** Paths that can't be measured since this sample, and those that can be again: each is told once. */
  readonly lost: readonly Unreachable[];
  readonly found: readonly string[];
  /** Filesystems that nobody may write to since this sample, and those that is writable again. */
  readonly closed: readonly DevicePressure[];
  readonly opened: readonly DevicePressure[];
}
