import { describe, test } from 'vitest';
import { clockDrills } from './drills/clock-jumps.ts';
import type { Drill } from './drills/drill.ts';
import { faultDrills } from './drills/fault-drills.ts';
import { limitDrills } from './drills/limits.ts';
import { logDrills } from './drills/logs.ts';
import { stopped } from './drills/stopped.ts';
import { surroundingDrills } from './drills/surroundings.ts';
import { thousandRuns } from './drills/thousand-runs.ts';

/** They wait more than they work, or have a process of their own to be busy: together they take as long as the longest of them. */
const TOGETHER: readonly Drill[] = [stopped, ...logDrills, ...clockDrills, ...limitDrills, ...surroundingDrills];
/** They keep the machine busy, each on its own. */
const ALONE: readonly Drill[] = [...faultDrills, thousandRuns];

describe.concurrent('together', () => {
  test.for(TOGETHER)('$name: $holds', async (drill, context) => {
    console.log(drill.name, await drill.play(context));
  });
});

test.for(ALONE)('$name: $holds', async (drill, context) => {
  console.log(drill.name, await drill.play(context));
});
