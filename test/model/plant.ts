import type { RunDecision } from '../../src/core/decision.ts';
import type { EngineEvent, EngineLedger, Inventory } from '../../src/core/images/image.ts';
import type { DiskFact } from '../../src/core/model/disk.ts';
import type { Observation } from '../../src/core/model/facts.ts';
import type { Notice } from '../../src/core/notices/notice.ts';
import type { DayRules } from '../../src/core/spend/day-cap.ts';
import type { KnownBefore, World } from '../../src/core/world.ts';
import type { Ports } from '../../streams/pipeline.ts';
import type { Disk } from './world/memory-store.ts';

export type StandbyBug =
  | 'starts at the end of its FIFO'
  | 'trusts the word alone'
  | 'keeps its environment'
  | 'keeps its settings'
  | 'claims before the word'
  | 'starts without a claim'
  | 'outlives its watchdog'
  | 'is kept after a stop'
  | 'is taken for a stray'
  | 'is taken for a survivor'
  | 'is waited for in vain';

/**
 * A bug planted around the real core, its ports or its store, to see whether the simulation finds
 * it.
 */
export interface Plant {
  readonly ports?: (ports: Ports) => Ports;
  readonly known?: (known: KnownBefore) => KnownBefore;
  readonly notices?: (notices: readonly Notice[]) => readonly Notice[];
  /** Changes what the world observes. */
  readonly observed?: (seen: Observation) => Observation;
  /** Changes what the world decides. */
  readonly decided?: (decision: RunDecision, world: World) => RunDecision;
  /** Changes what the ledger and the planner see of the engine. */
  readonly inventory?: (inventory: Inventory) => Inventory;
  /** Changes the engine's events before the ledger gets them. */
  readonly engineEvents?: (event: EngineEvent) => EngineEvent;
  readonly ledger?: (before: EngineLedger, after: EngineLedger) => EngineLedger;
  /** Changes the fence of writes, given the current one. */
  readonly fence?: (own: number, disk: Disk) => number;
  /** A holder that shows no sign of life is not killed. */
  readonly sparesTheStopped?: boolean;
  /** Starts without searching for processes that the state does not know. */
  readonly overlooksStrays?: boolean;
  /** Changes what begins a day. */
  readonly day?: (rules: DayRules) => DayRules;
  /** Does not look at runs that wait for the next day. */
  readonly overlooksNewDays?: boolean;
  /** Takes processes that cannot be seen for idle ones. */
  readonly takesUnseenForIdle?: boolean;
  /** Reads a log that was cut from its beginning. */
  readonly readsCutLogsAgain?: boolean;
  /** Changes what is measured of the disk. */
  readonly measured?: (found: DiskFact) => DiskFact;
  /** What is wrong with standbys, in words. */
  readonly standby?: StandbyBug;
  /** For how long a watchdog decides before it knows how full the disk is. */
  readonly measuresAfterMs?: number;
}
