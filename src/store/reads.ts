import type { AccountHold } from '../core/account/hold.ts';
import type { AccountWindow } from '../core/account/window.ts';
import type { Host } from '../core/host/state.ts';
import type { EngineLedger } from '../core/images/image.ts';
import type { Reply } from '../core/model/reply.ts';
import type { Run } from '../core/model/run.ts';
import type { Notice } from '../core/notices/notice.ts';
import type { HappeningRow, HostRow, JournalRow } from './db/journal-rows.ts';
import type { UnreadableRun } from './db/run-row.ts';
import type { SpendRow, SpendWanted } from './db/spend-rows.ts';
import type { LeaseHolder } from './lease/row.ts';

/** What commands see of the state: short reads that neither wait for nor delay the watchdog. */
export interface Reader {
  /** Checks for damage like a watchdog that opens the state. Throws StoreError if there is any. */
  inspect(): void;
  /** The newest run of each name, by name, without those whose row is damaged. */
  runs(): Run[];
  /** The same, and what is known of those whose row is damaged. */
  newest(): { readonly runs: readonly Run[]; readonly unreadable: readonly UnreadableRun[] };
  /** The newest run with this name, else the run with this id. */
  run(nameOrId: string): Run | null;
  byId(id: string): Run | null;
  /** Every run, of all generations, in the order in which they were registered. */
  everyRun(): Run[];
  /** The highest number of a removed run of this name, or 0 if there is none. */
  lastRemoved(name: string): number;
  /** Whether a run with this id is in the database, readable or not, or was removed. */
  knows(id: string): boolean;
  /** The first rows after `afterSeq`, else the newest; oldest first, without damaged ones. */
  history(runId: string, wanted?: { readonly limit?: number; readonly afterSeq?: number }): JournalRow[];
  /** The same for decisions about the machine: the newest rows, oldest first. */
  hostHistory(limit?: number): HostRow[];
  /** Decisions about runs and the machine together, the first after `afterSeq`, oldest first. */
  decisions(afterSeq: number, limit: number): (JournalRow | HostRow)[];
  /** What has happened to all runs since this time by the wall clock, in the order of decisions. */
  happenings(sinceWall: number): HappeningRow[];
  /** The number of the last decision, or 0 if there is none. */
  lastSeq(): number;
  /** How many decisions there are after `afterSeq`. */
  decisionsAfter(afterSeq: number): number;
  /** How many damaged rows of history this reader has skipped. */
  leftOut(): number;
  reply(request: string): Reply | null;
  lease(): LeaseHolder | null;
  /** What is known of an engine's images, or null if nothing is yet. */
  imageLedger(engine: string): EngineLedger | null;
  /** The ledger of spend, of one run or of all, from a quarter of an hour on; oldest first. */
  spend(wanted?: SpendWanted): SpendRow[];
  /** The unsettled notices, oldest first. */
  notices(): Notice[];
  /** What holds accounts. */
  accountHolds(): AccountHold[];
  /** The usage windows of accounts, as last stated. */
  accountWindows(): AccountWindow[];
  /** What was known of this machine at the last decision about it, or null if nothing was. */
  host(): Host | null;
  /** Changes when the state does: whoever follows it reads it again only then. */
  version(): string;
  close(): void;
}

/** The reader of a state that does not exist yet. */
export const EMPTY: Reader = {
  inspect: () => {},
  runs: () => [],
  newest: () => ({ runs: [], unreadable: [] }),
  run: () => null,
  byId: () => null,
  everyRun: () => [],
  lastRemoved: () => 0,
  knows: () => false,
  history: () => [],
  hostHistory: () => [],
  decisions: () => [],
  happenings: () => [],
  lastSeq: () => 0,
  decisionsAfter: () => 0,
  leftOut: () => 0,
  reply: () => null,
  lease: () => null,
  imageLedger: () => null,
  spend: () => [],
  notices: () => [],
  accountHolds: () => [],
  accountWindows: () => [],
  host: () => null,
  version: () => '',
  close: () => {},
};
