import { clockDrills } from './clock-jumps.ts';
import { damagedDrills } from './damaged.ts';
import { diskDrills } from './disks.ts';
import type { Drill } from './drill.ts';
import { engineDrills } from './engines.ts';
import { faultDrills } from './fault-drills.ts';
import { killedStarts } from './killed-starts.ts';
import { limitDrills } from './limits.ts';
import { logDrills } from './logs.ts';
import { lostLogDrills } from './lost-logs.ts';
import { repeated } from './repeated.ts';
import { restored } from './restored.ts';
import { restartedService } from './service.ts';
import { stopped } from './stopped.ts';
import { surroundingDrills } from './surroundings.ts';
import { thousandRuns } from './thousand-runs.ts';
import { words } from './words.ts';

/** They wait more than they work, or have a process of their own to be busy: together they take as long as the longest of them. */
export const TOGETHER: readonly Drill[] = [
  stopped,
  killedStarts,
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

/** They keep the machine busy, each on its own. */
export const ALONE: readonly Drill[] = [...faultDrills, thousandRuns, restartedService];
