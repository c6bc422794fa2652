import type { Instant } from '../core/model/facts.ts';

/** What a reclaimer removes. */
type ReclaimerKind = 'logs' | 'build-cache' | 'images' | 'leftovers' | 'command';

/** Something that can free space. It looks and does; it neither chooses when, nor tries twice. Nothing here throws for what the world does. */
export interface Reclaimer {
  readonly kind: ReclaimerKind;
  /** For people. */
  readonly name: string;
  /** Paths on this machine whose filesystems it can help; empty: none of this machine's, or nobody can say. */
  paths(): Promise<readonly string[] | 'anywhere'>;
  /** Bytes that are available now where it frees; null: nobody can say. */
  availableBytes(): Promise<number | null>;
  /** What would go, first things first, and what stays. Changes nothing. */
  plan(now: Instant): Promise<Plan>;
  /** Looks once more, and removes one thing of a plan if it still may go. */
  apply(item: PlannedItem, now: Instant): Promise<ItemOutcome>;
}

export interface Plan {
  readonly items: readonly PlannedItem[];
  readonly kept: readonly KeptItem[];
  /** What a person should know before the plan is followed. */
  readonly notes: readonly string[];
  /** Why there is no plan, in words; null: there is one. */
  readonly problem: string | null;
  /** There is no plan because there is no engine: fine, where none is expected. */
  readonly isAbsent?: true;
}

export interface PlannedItem {
  /** Names it within its reclaimer. */
  readonly id: string;
  /** For people. */
  readonly what: string;
  /** Bytes that go with it and with nothing else; null: not known. */
  readonly bytes: number | null;
  /** ms since the epoch; null: not known. */
  readonly lastUsedWall: number | null;
  readonly because: string;
}

export type KeptItem = PlannedItem;

/** `claimedBytes` is what is said to have gone; what really did is measured by the caller. `spared`: it may not go any more. */
export type ItemOutcome =
  | { readonly kind: 'freed'; readonly claimedBytes: number | null; readonly because: string | null }
  | { readonly kind: 'spared'; readonly because: string }
  | { readonly kind: 'failed'; readonly because: string };

export const NOTHING: Plan = { items: [], kept: [], notes: [], problem: null };
export const noPlan = (problem: string): Plan => ({ ...NOTHING, problem });

/** No plan, because an engine could not be asked. */
export const unasked = ({ because, isAbsent }: { readonly because: string; readonly isAbsent?: true }): Plan => ({
  ...noPlan(because),
  ...(isAbsent ? { isAbsent } : {}),
});
