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
import { reactions } from './reactions.ts';
import { reclaimPlan } from './reclaim-plan.ts';
import { records } from './records.ts';
import { print, write } from './report.ts';
import type { Part } from './results.ts';
import type { Row, Skipped } from './row.ts';
import { SIZE } from './size.ts';
import { status } from './status.ts';
import { supervise } from './supervise.ts';
import { year } from './year.ts';
import { yearOfLogs } from './year-of-logs.ts';

const measured: Part[] = [];

type Measure = () => readonly (Row | Skipped)[] | Promise<readonly (Row | Skipped)[]>;

const PARTS: readonly [string, Measure][] = [
  ['death → resumed, beside its peers', deaths],
  ['death → resumed, adopted of somebody else', adoption],
  ['burst → seen', bursts],
  ['log line → reaction, beside its peers', reactions],
  ...SIZE.fleets.map((runs): [string, Measure] => [`idle with ${runs} runs, beside its peers`, () => idle(runs)]),
  ['log catch-up', catchUp],
  ['classification', classification],
  ['status', status],
  ['supervise', supervise],
  ['first decision', firstDecision],
  ['recording', records],
  ['years of use', year],
  ['a year of logs', yearOfLogs],
  ['reclaim plan', reclaimPlan],
  ['disk pressure', pressure],
  ['disk pressure, with a Docker image', pressureImage],
];

const ORDER = PARTS.map(([name]) => name);

/** It fails where something could not be measured, never because of a figure: a bar that is missed is a line of the report. */
describe('bench', () => {
  test.each(PARTS)('%s', async (name, measure) => {
    const [before] = loadavg();
    const results = await measure();
    const load = [before, loadavg()[0]].map((minute = 0) => minute.toFixed(1)).join(' → ');
    measured.push({ name, at: new Date().toISOString(), load, results });
    // At once: who is interrupted keeps what was measured.
    write(measured, ORDER);
    expect(results).not.toEqual([]);
  });

  afterAll(() => print(measured, ORDER));
});
