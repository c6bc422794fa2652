/** One look at a filesystem. */
export interface FilesystemSample {
  /** The same text for everything on one filesystem. */
  readonly device: string;
  /** Those of the paths that matter which are on it. */
  readonly paths: readonly string[];
  readonly totalBytes: number;
  /** What an ordinary user may use: without the blocks that are reserved for root. */
  readonly availableBytes: number;
  /** Null: this filesystem has no fixed number of them. */
  readonly totalInodes: number | null;
  readonly availableInodes: number | null;
}

export interface DiskSample {
  readonly filesystems: readonly FilesystemSample[];
  /** Paths whose filesystem did not answer, and why. */
  readonly unreachable: readonly { readonly path: string; readonly because: string }[];
}

/** A share of the whole (0 to 1) and a size in bytes: whichever is less. */
export interface Mark {
  readonly share: number;
  readonly bytes: number;
}

/** When a filesystem is under pressure. */
export interface DiskMarks {
  readonly soft: Mark;
  readonly critical: Mark;
  /** Shares of the inodes. */
  readonly inodesSoft: number;
  readonly inodesCritical: number;
  /** So much more than the mark has to be available before it is left; for inodes the share. */
  readonly minReclaim: Mark;
  /** So long it has to be low, in two samples at least, before it counts as soft. */
  readonly graceMs: number;
  /** So long there has to be enough before the pressure is over. */
  readonly holdMs: number;
}

export type PressureLevel = 'none' | 'soft' | 'critical';
