import type { AccountHold } from '../core/account/hold.ts';
import type { Decision } from '../core/decision.ts';
import type { Host } from '../core/host/decide-host.ts';
import type { Action } from '../core/model/facts.ts';
import type { Run } from '../core/model/run.ts';
import type { Notice, NoticeChanges } from '../core/notices/notice.ts';

/** What the watchdog keeps, for the holder of the lease alone. Every method throws StoreError where the state can't be read or written. */
export interface Store {
  /** Without those whose row is damaged. */
  activeRuns(): Run[];
  /** Rows that were found damaged, in words: what they stood for is left alone. */
  unreadable(): readonly string[];
  run(id: string): Run | null;
  /** The highest attempt number that was decided of each run that is known, over or not, by id. */
  tried(): ReadonlyMap<string, number>;
  /** Number of the last observation in the journal; 0: there is none. */
  lastSeq(): number;
  /** Boot in which the journal was last written; null: it is empty. */
  lastBoot(): string | null;
  /** What holds the runs of each account. */
  accountHolds(): AccountHold[];
  /** Actions that were recorded and never settled, oldest first: the world has to be asked what became of them. */
  unsettled(): { readonly action: Action; readonly run: Run }[];
  notices(): Notice[];
  /** All of it or nothing. On the disk itself when it returns, where something will be performed or somebody is answered. */
  record(decisions: readonly Decision[], notices?: NoticeChanges): void;
  /** Keeps runs whose numbers moved on. The last ones may be lost with the machine's power, never with this process. */
  checkpoint(runs: readonly Run[]): void;
  /** What is known of the machine; null: nothing yet. */
  host(): Host | null;
  hasReply(request: string): boolean;
  /** One small piece of what can wait: old rows go, the log is taken into the database. True: more is left. */
  tidy(): boolean;
  close(): void;
}
