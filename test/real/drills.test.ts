import { afterAll, test } from 'vitest';
import type { Drill } from './drills/drill.ts';
import { faultDrills } from './drills/fault-drills.ts';

const DRILLS: readonly Drill[] = [...faultDrills];

test.for(DRILLS)('$name: $holds', async (drill, context) => {
  console.log(await drill.play(context));
});
