import type { AccountHold } from '../core/account/hold.ts';
import type { AccountWindow } from '../core/account/window.ts';
import type { Decision } from '../core/decision.ts';
import type { Host } from '../core/host/state.ts';
import type { Action } from '../core/model/facts.ts';
import type { Run } from '../core/model/run.ts';
import type { Notice, NoticeChanges } from '../core/notices/notice.ts';
import type { SpendEntry } from '../core/run/spent.ts';
import type { QuarterSum } from '../core/spend/quarters.ts';
import type { FleetOutbox } from './db/fleet-rows.ts';

/**
 * What the watchdog stores, for the holder of the lease only. Every method throws StoreError if the
 * state can't be read or written.
 */
export interface Store {
  /** Without runs whose row is damaged. */
  activeRuns(): Run[];
  /** Damaged rows, in words: what they described is left alone. */
  unreadable(): readonly string[];
  run(id: string): Run | null;
  /** The highest attempt number that was decided for each known run, ended or not, by run id. */
  tried(): ReadonlyMap<string, number>;
  /** The number of the last observation in the journal, or 0 if there is none. */
  lastSeq(): number;
  /** The boot in which the journal was last written, or null if it is empty. */
  lastBoot(): string | null;
  /** What holds each account's runs. */
  accountHolds(): AccountHold[];
  /** The usage windows of each account, as last stated. */
  accountWindows(): AccountWindow[];
  /**
   * Actions that were recorded and never settled, oldest first: what became of them must be found
   * out.
   */
  unsettled(): { readonly action: Action; readonly run: Run }[];
  notices(): Notice[];
  /**
   * All or nothing. Flushed to disk before it returns if something will be performed or answered.
   */
  record(decisions: readonly Decision[], notices?: NoticeChanges): void;
  /**
   * Stores runs of which only numbers changed, and what they spent. The latest may be lost on a
   * power failure, but not with this process.
   */
  checkpoint(runs: readonly Run[], spent?: readonly SpendEntry[]): void;
  /**
   * What all runs spent, from this quarter of an hour on, and in the last quarters in which
   * anything was spent, whenever they were.
   */
  spentSince(quarter: number): QuarterSum[];
  /** What is known of the machine, or null if nothing is yet. */
  host(): Host | null;
  /** What the fleet was sent of the runs. */
  readonly fleet: FleetOutbox;
  hasReply(request: string): boolean;
  /** The ids of the runs that were removed. */
  removed(): ReadonlySet<string>;
  /**
   * One small piece of work that can wait: deletes old rows, checkpoints the log. Returns true if
   * more is left.
   */
  tidy(): boolean;
  close(): void;
}
