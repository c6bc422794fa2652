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
  /** Only show what would be removed. */
  readonly isDry: boolean;
  readonly json: boolean;
  readonly trustBuildDates: boolean;
}

/**
 * Plans, removes unless `isDry`, and prints the result. Throws a Problem while another reclaim is
 * running.
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

/** When called by hand, no threshold applies: everything stale is removed. */
const byHand = () => ({ now: instant, isEnough: async () => false, deadlineMono: null, onStep: progress });

function progress(reclaimer: string, { item, outcome }: ReclaimStep): void {
  if (process.stderr.isTTY) tell(`${reclaimer}: ${item.what}: ${outcome.kind}`);
}

function lockOrProblem(layout: Layout) {
  const lock = lockReclaim(layout, process.pid, () => makeRoom(layout));
  if (lock.kind === 'ours') return lock;
  throw new Problem(EXIT_TEMPORARY, `another reclaim is already running${lock.pid === null ? '' : ` (process ${lock.pid})`}`, {
    expected: 'one reclaim at a time per state directory',
    hint: 'try again when it has finished; --dry-run works meanwhile',
  });
}

/**
 * What the state knows about runs and images. If it cannot be read (the disk is full), nothing is
 * known and more is kept.
 */
function knowledge(layout: Layout) {
  let reader: Reader | null = null;
  try {
    reader = openReader(layout);
  } catch (error) {
    tell(`the state cannot be read, so what is known about images is ignored: ${errorMessage(error)}`);
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

/**
 * Returns the time during which watchdogs have watched; the time since then counts as unwatched.
 */
function watchedSoFar(layout: Layout): WatchedTime | null {
  const kept = readWatchedTime(layout);
  return kept && goneOn(kept, { ...instant(), bootId: bootId() }, 'unwatched');
}

/** Measures the available space on each reclaimer's disk. */
const disks = (reclaimers: readonly Reclaimer[]): Promise<Disk[]> =>
  Promise.all(reclaimers.map(async (one) => ({ reclaimer: one.name, availableBytes: await one.availableBytes() })));

function hasFailed({ plan, steps }: Reclaimed, env: NodeJS.ProcessEnv): boolean {
  const isValid = plan.problem === null || (plan.isAbsent === true && !expectsDocker(env));
  return !isValid || steps.some(({ outcome }) => outcome.kind === 'failed');
}
