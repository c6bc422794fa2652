import { afterAll, describe, type TestContext, test } from 'vitest';
import { ALONE, TOGETHER } from './drills/all.ts';
import type { Drill } from './drills/drill.ts';
import { type Outcome, table, writeTable } from './drills/table.ts';

const outcomes = new Map<Drill, Outcome>();

afterAll(() => {
  writeTable(
    process.env.DRILLS_TABLE ?? 'dist/drills.md',
    table([...ALONE, ...TOGETHER], (drill) => outcomes.get(drill)),
  );
});

async function play(drill: Drill, context: TestContext): Promise<void> {
  outcomes.set(drill, { kind: 'did not hold' });
  const skip = (because: string): never => {
    outcomes.set(drill, { kind: 'skipped', because });
    return context.skip(because);
  };
  const figures = await drill.play({ skip });
  outcomes.set(drill, { kind: 'held', figures });
}

describe.concurrent('together', () => {
  test.for(TOGETHER)('$name: $holds', play);
});

test.for(ALONE)('$name: $holds', play);
