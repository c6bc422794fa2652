import type { Instant } from '../core/model/facts.ts';

type ReclaimerKind = 'logs' | 'build-cache' | 'images' | 'leftovers' | 'command';

/**
 * Something that can free space. It inspects and removes; it neither decides when, nor retries.
 * Nothing here throws because of the state of the world.
 */
export interface Reclaimer {
  readonly kind: ReclaimerKind;
  /** For people. */
  readonly name: string;
  /**
   * Paths on this machine whose filesystems it can help; empty if there are none on this machine,
   * or they are unknown.
   */
  paths(): Promise<readonly string[] | 'anywhere'>;
  /** Bytes available now where it frees space, or null if unknown. */
  availableBytes(): Promise<number | null>;
  /** What would be removed, first things first, and what stays. Changes nothing. */
  plan(now: Instant): Promise<Plan>;
  /** Checks once more, and removes one item of a plan if that is still allowed. */
  apply(item: PlannedItem, now: Instant): Promise<ItemOutcome>;
}

export interface Plan {
  readonly items: readonly PlannedItem[];
  readonly kept: readonly KeptItem[];
  /** What a person should know before the plan is carried out. */
  readonly notes: readonly string[];
  /** Why there is no plan, or null if there is one. */
  readonly problem: string | null;
  /** Set if there is no plan because there is no engine: fine if none is expected. */
  readonly isAbsent?: true;
}

export interface PlannedItem {
  /** Unique within its reclaimer. */
  readonly id: string;
  /** For people. */
  readonly what: string;
  /** Bytes freed by it alone, or null if unknown. */
  readonly bytes: number | null;
  /** ms since the epoch, or null if unknown. */
  readonly lastUsedWall: number | null;
  readonly because: string;
}

export type KeptItem = PlannedItem;

/**
 * `claimedBytes` is what is reported as freed; the caller measures what really was. `spared`: it
 * may no longer be removed.
 */
export type ItemOutcome =
  | { readonly kind: 'freed'; readonly claimedBytes: number | null; readonly because: string | null }
  | { readonly kind: 'spared'; readonly because: string }
  | { readonly kind: 'failed'; readonly because: string };

export const NOTHING: Plan = { items: [], kept: [], notes: [], problem: null };
export const noPlan = (problem: string): Plan => ({ ...NOTHING, problem });

/** No plan, because an engine could not be queried. */
export const unasked = ({ because, isAbsent }: { readonly because: string; readonly isAbsent?: true }): Plan => ({
  ...noPlan(because),
  ...(isAbsent ? { isAbsent } : {}),
});
