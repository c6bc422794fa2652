import { loadavg } from 'node:os';
import { afterAll, describe, expect, test } from 'vitest';
import { adoption } from './cases/adoption.ts';
import { bursts } from './cases/bursts.ts';
import { catchUp } from './cases/catch-up.ts';
import { classification } from './cases/classification.ts';
import { deaths } from './cases/deaths.ts';
import { firstDecision } from './cases/first-decision.ts';
import { idle } from './cases/idle.ts';
import { pressure } from './cases/pressure.ts';
import { pressureImage } from './cases/pressure-image.ts';
import { reactions } from './cases/reactions.ts';
import { reclaimPlan } from './cases/reclaim-plan.ts';
import { records } from './cases/records.ts';
import { status } from './cases/status.ts';
import { supervise } from './cases/supervise.ts';
import { year } from './cases/year.ts';
import { yearOfLogs } from './cases/year-of-logs.ts';
import { print, write } from './report.ts';
import type { Part } from './results.ts';
import type { Row, Skipped } from './row.ts';
import { SIZE } from './size.ts';

const measured: Part[] = [];

type Measure = () => readonly (Row | Skipped)[] | Promise<readonly (Row | Skipped)[]>;

const PARTS: readonly [string, Measure][] = [
  ['death → resumed, beside its peers', deaths],
  ['death → resumed, adopted', adoption],
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

/**
 * It fails if something could not be measured, never because of a figure: a missed bar is a line of
 * the report.
 */
describe('bench', () => {
  test.each(PARTS)('%s', async (name, measure) => {
    const [before] = loadavg();
    const results = await measure();
    const load = [before, loadavg()[0]].map((minute = 0) => minute.toFixed(1)).join(' → ');
    measured.push({ name, at: new Date().toISOString(), load, results });
    // At once, so that an interrupted run keeps what was measured.
    write(measured, ORDER);
    expect(results).not.toEqual([]);
  });

  afterAll(() => print(measured, ORDER));
});
