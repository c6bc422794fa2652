import { adoption } from '../cases/adoption.ts';
import { bursts } from '../cases/bursts.ts';
import { catchUp } from '../cases/catch-up.ts';
import { classification } from '../cases/classification.ts';
import { deaths } from '../cases/deaths.ts';
import { firstDecision } from '../cases/first-decision.ts';
import { idle } from '../cases/idle.ts';
import { manyDeaths } from '../cases/many-deaths.ts';
import { pressure } from '../cases/pressure.ts';
import { pressureImage } from '../cases/pressure-image.ts';
import { reactions } from '../cases/reactions.ts';
import { reclaimPlan } from '../cases/reclaim-plan.ts';
import { records } from '../cases/records.ts';
import { status } from '../cases/status.ts';
import { supervise } from '../cases/supervise.ts';
import { year } from '../cases/year.ts';
import { yearOfLogs } from '../cases/year-of-logs.ts';
import { changesElsewhere } from '../engine/changes.ts';
import { deathsBesideEngine } from '../engine/deaths.ts';
import { idleBesideEngine } from '../engine/idle.ts';
import { statusOfFleet } from '../engine/status.ts';
import { amongRuns } from '../growth/among-runs.ts';
import { attempts } from '../growth/attempts.ts';
import { stagesOfDeaths } from '../probes/stages.ts';
import type { Row, Skipped } from '../row.ts';
import { SIZE } from '../size.ts';
import { amongStrangers, busy, quiet } from './surroundings.ts';

type Measure = () => readonly (Row | Skipped)[] | Promise<readonly (Row | Skipped)[]>;

/** All parts of the benchmark, in the order in which they are measured and reported. */
export const PARTS: readonly (readonly [name: string, measure: Measure])[] = [
  ['death → resumed, beside its peers', () => deaths(quiet)],
  ...[busy, amongStrangers].map((where): [string, Measure] => [`death → resumed${where.name}`, () => deaths(where)]),
  ['death → resumed, adopted', adoption],
  ['stages of a death', stagesOfDeaths],
  ['many deaths at once', manyDeaths],
  ['burst → seen', bursts],
  ['log line → reaction, beside its peers', reactions],
  ...SIZE.fleets.map((runs): [string, Measure] => [`idle with ${runs} runs, beside its peers`, () => idle(runs)]),
  ['fleet: deaths beside the engine', deathsBesideEngine],
  ['fleet: idle beside the engine', idleBesideEngine],
  ['fleet: changes seen elsewhere', changesElsewhere],
  ['fleet: status of many hosts', statusOfFleet],
  ['log catch-up', catchUp],
  ['classification', classification],
  ['status', status],
  ['supervise', supervise],
  ['first decision', firstDecision],
  ['one of many runs', amongRuns],
  ['many attempts of one run', attempts],
  ['recording', records],
  ['years of use', year],
  ['a year of logs', yearOfLogs],
  ['reclaim plan', reclaimPlan],
  ['disk pressure', pressure],
  ['disk pressure, with a Docker image', pressureImage],
];
