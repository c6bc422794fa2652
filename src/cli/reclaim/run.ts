import { isActive } from '../../core/model/run.ts';
import { errorMessage } from '../../core/values/error-message.ts';
import { goneOn, type WatchedTime } from '../../core/values/watched-time.ts';
import { reclaimersFor } from '../../reclaimers/configured.ts';
import { planAll, type Reclaimed, type ReclaimStep, reclaimAll } from '../../reclaimers/reclaim.ts';
import type { Reclaimer } from '../../reclaimers/reclaimer.ts';
import type { Layout } from '../../store/directory/layout.ts';
import { makeRoom } from '../../store/directory/make-room.ts';
import { lockReclaim } from '../../store/lease/reclaim-lock.ts';
import { openReader, type Reader } from '../../store/reader.ts';
import { readWatchedTime } from '../../store/watched-time.ts';
import { expectsDocker } from '../../system/docker/context.ts';
import { instant } from '../../system/process/clock.ts';
import { bootId } from '../../system/process/process.ts';
import { loadSettings } from '../client/load-settings.ts';
import { openLayout } from '../client/state-layout.ts';
import { jsonText } from '../terminal/json.ts';
import { EXIT_TEMPORARY, EXIT_UNAVAILABLE, Problem } from '../terminal/problem.ts';
import { tell } from '../terminal/tell.ts';
import { type Disk, reclaimReport } from './report.ts';
import { printReclaim } from './table.ts';

interface Wanted {
  /** Only show. */
  readonly isDry: boolean;
  readonly json: boolean;
  readonly trustBuildDates: boolean;
}

/**
 * Plans, does it unless it is to be dry, and prints what came of it. Throws a Problem while another
 * one is at it.
 */
export async function runReclaim({ isDry, json, trustBuildDates }: Wanted): Promise<void> {
  const settings = loadSettings(process.env, tell);
  const layout = openLayout();
  const lock = isDry ? null : lockOrProblem(layout);
  const known = knowledge(layout);
  try {
    const reclaimers = reclaimersFor({
      settings,
      layout,
      environment: process.env,
      trustBuildDates,
      watched: () => watchedSoFar(layout),
      ...known,
    });
    const before = await disks(reclaimers);
    const reclaimed = isDry ? await planAll(reclaimers, instant()) : await reclaimAll(reclaimers, byHand());
    const after = isDry ? before : await disks(reclaimers);
    const report = reclaimReport({ isDry, trustBuildDates, reclaimed, before, after });
    if (json) process.stdout.write(`${jsonText(report, 2)}\n`);
    else printReclaim(report);
    if (reclaimed.some((one) => hasFailed(one, process.env))) process.exitCode = EXIT_UNAVAILABLE;
  } finally {
    lock?.release();
    known.close();
  }
}

/** All that is stale goes: by hand there is no mark. */
const byHand = () => ({ now: instant, isEnough: async () => false, deadlineMono: null, onStep: progress });

function progress(reclaimer: string, { item, outcome }: ReclaimStep): void {
  if (process.stderr.isTTY) tell(`${reclaimer}: ${item.what}: ${outcome.kind}`);
}

function lockOrProblem(layout: Layout) {
  const lock = lockReclaim(layout, process.pid, () => makeRoom(layout));
  if (lock.kind === 'ours') return lock;
  throw new Problem(EXIT_TEMPORARY, `space is being freed already${lock.pid === null ? '' : `, by process ${lock.pid}`}`, {
    expected: 'one reclaim at a time in a state directory',
    hint: 'try again when it is over; --dry-run works meanwhile',
  });
}

/** What the state knows; where it can't be read (the disk is full), nothing, which keeps more. */
function knowledge(layout: Layout) {
  let reader: Reader | null = null;
  try {
    reader = openReader(layout);
  } catch (error) {
    tell(`the state can't be read, so that what is known of images does not count: ${errorMessage(error)}`);
  }
  return {
    isActive: (id: string) => {
      const run = reader?.byId(id) ?? null;
      return run === null || isActive(run);
    },
    ledger: (engine: string) => reader?.imageLedger(engine) ?? null,
    close: () => reader?.close(),
  };
}

/** What watchdogs have watched; the time since is not known. */
function watchedSoFar(layout: Layout): WatchedTime | null {
  const kept = readWatchedTime(layout);
  return kept && goneOn(kept, { ...instant(), bootId: bootId() }, 'unwatched');
}

/** The room on the disk of each reclaimer. */
const disks = (reclaimers: readonly Reclaimer[]): Promise<Disk[]> =>
  Promise.all(reclaimers.map(async (one) => ({ reclaimer: one.name, availableBytes: await one.availableBytes() })));

function hasFailed({ plan, steps }: Reclaimed, env: NodeJS.ProcessEnv): boolean {
  const isFine = plan.problem === null || (plan.isAbsent === true && !expectsDocker(env));
  return !isFine || steps.some(({ outcome }) => outcome.kind === 'failed');
}
