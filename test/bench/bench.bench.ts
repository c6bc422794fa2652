import { loadavg } from 'node:os';
import { afterAll, describe, expect, test } from 'vitest';
import { adoption } from './adoption.ts';
import { bursts } from './bursts.ts';
import { catchUp } from './catch-up.ts';
import { classification } from './classification.ts';
import { deaths } from './deaths.ts';
import { firstDecision } from './first-decision.ts';
import { idle } from './idle.ts';
import { pressure } from './pressure.ts';
import { pressureImage } from './pressure-image.ts';
import { reclaimPlan } from './reclaim-plan.ts';
import { records } from './records.ts';
import { report } from './report.ts';
import type { Row, Skipped } from './row.ts';
import { SIZE } from './size.ts';
import { status } from './status.ts';
import { supervise } from './supervise.ts';
import { year } from './year.ts';

const results: (Row | Skipped)[] = [];
const loadBefore = loadavg();

/** It fails where something could not be measured, never because of a figure: a bar that is missed is a line of the report. */
describe('bench', () => {
  test.each<[string, () => readonly (Row | Skipped)[] | Promise<readonly (Row | Skipped)[]>]>([
    ['death → resumed, beside its peers', deaths],
    ['death → resumed, adopted of somebody else', adoption],
    ['burst → seen', bursts],
    ['idle with one run', () => idle(1, { cpu: 0.1, rssMB: 100 })],
    [`idle with ${SIZE.manyRuns} runs`, () => idle(SIZE.manyRuns, { cpu: 2, rssMB: 220 })],
    ['log catch-up', catchUp],
    ['classification', classification],
    ['status', status],
    ['supervise', supervise],
    ['first decision', firstDecision],
    ['recording', records],
    ['years of use', year],
    ['reclaim plan', reclaimPlan],
    ['disk pressure', pressure],
    ['disk pressure, with a Docker image', pressureImage],
  ])('%s', async (_, measure) => {
    const measured = await measure();
    results.push(...measured);
    expect(measured).not.toEqual([]);
  });

  afterAll(() => report(results, loadBefore));
});
