import { clockDrills } from './cases/clock-jumps.ts';
import { damagedDrills } from './cases/damaged.ts';
import { diskDrills } from './cases/disks.ts';
import { engineDrills } from './cases/engines.ts';
import { faultDrills } from './cases/fault-drills.ts';
import { killedStarts } from './cases/killed-starts.ts';
import { limitDrills } from './cases/limits.ts';
import { logDrills } from './cases/logs.ts';
import { lostLogDrills } from './cases/lost-logs.ts';
import { repeated } from './cases/repeated.ts';
import { restored } from './cases/restored.ts';
import { restartedService } from './cases/service.ts';
import { standbyDrills } from './cases/standbys.ts';
import { stopped } from './cases/stopped.ts';
import { surroundingDrills } from './cases/surroundings.ts';
import { thousandRuns } from './cases/thousand-runs.ts';
import { together } from './cases/together.ts';
import { words } from './cases/words.ts';
import type { Drill } from './drill.ts';

/**
 * Drills that mostly wait, or keep a separate process busy: together they take as long as the
 * longest of them.
 */
export const TOGETHER: readonly Drill[] = [
  stopped,
  killedStarts,
  ...standbyDrills,
  ...logDrills,
  ...lostLogDrills,
  ...clockDrills,
  ...limitDrills,
  ...surroundingDrills,
  ...diskDrills,
  restored,
  ...damagedDrills,
  words,
  repeated,
  ...engineDrills,
];

/** Drills that keep the machine busy, each on its own. */
export const ALONE: readonly Drill[] = [...faultDrills, together, thousandRuns, restartedService];
