import type { RunDecision } from '../../src/core/decision.ts';
import type { EngineEvent, EngineLedger, Inventory } from '../../src/core/images/image.ts';
import type { DiskFact } from '../../src/core/model/disk.ts';
import type { Observation } from '../../src/core/model/facts.ts';
import type { Notice } from '../../src/core/notices/notice.ts';
import type { KnownBefore, World } from '../../src/core/world.ts';
import type { Ports } from '../../streams/pipeline.ts';
import type { Disk } from './world/memory-store.ts';

/** A bug that is planted around the real core, its ports or its store, to see whether the simulation finds it. */
export interface Plant {
  readonly ports?: (ports: Ports) => Ports;
  readonly known?: (known: KnownBefore) => KnownBefore;
  readonly notices?: (notices: readonly Notice[]) => readonly Notice[];
  /** What the world is shown. */
  readonly observed?: (seen: Observation) => Observation;
  /** What the world decides. */
  readonly decided?: (decision: RunDecision, world: World) => RunDecision;
  /** What the ledger and the planner are shown of the engine. */
  readonly inventory?: (inventory: Inventory) => Inventory;
  /** What the ledger hears of the engine, and what it makes of that. */
  readonly engineEvents?: (news: EngineEvent) => EngineEvent;
  readonly ledger?: (before: EngineLedger, after: EngineLedger) => EngineLedger;
  /** The fence that is written with, where the present one is known. */
  readonly fence?: (own: number, disk: Disk) => number;
  /** A holder that gives no sign of life is not killed. */
  readonly sparesTheStopped?: boolean;
  /** Before a start nobody looks for processes that the state does not know of. */
  readonly overlooksStrays?: boolean;
  /** A look at processes that show nothing finds that they do nothing. */
  readonly takesUnseenForIdle?: boolean;
  /** A log that was cut is read from its beginning. */
  readonly readsCutLogsAgain?: boolean;
  /** What is found of the disk. */
  readonly measured?: (found: DiskFact) => DiskFact;
  /** A watchdog decides for so long before it knows how full the disk is. */
  readonly measuresAfterMs?: number;
}
