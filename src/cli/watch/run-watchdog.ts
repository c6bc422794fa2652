import { existsSync } from 'node:fs';
import { whyUnsafe } from '../../core/fleet/times.ts';
import type { Run } from '../../core/model/run.ts';
import { watch } from '../../daemon/daemon.ts';
import { InFlight } from '../../daemon/in-flight.ts';
import { installCommand } from '../../launch/install-command.ts';
import { warmUp } from '../../launch/warm-up.ts';
import { keepSnapshot } from '../../look/snapshot.ts';
import { pricesFor } from '../../prices/list.ts';
import { timesFrom } from '../../settings/host.ts';
import type { Settings } from '../../settings/settings.ts';
import { withRoom } from '../../store/db/database.ts';
import { StoreError } from '../../store/directory/error.ts';
import { type Layout, layout } from '../../store/directory/layout.ts';
import { makeRoom } from '../../store/directory/make-room.ts';
import { isReadOnlyState, readOnlyInWords } from '../../store/directory/read-only-state.ts';
import { acquireState, type HeldState } from '../../store/held-state.ts';
import { noteDamage } from '../../store/mend-database.ts';
import { withReader } from '../../store/with-reader.ts';
import { giveBack, keepHeapSmall } from '../../system/small-heap.ts';
import { serviceManager } from '../../system/systemd/service-manager.ts';
import { findRun } from '../client/find-run.ts';
import { loadSettings } from '../client/load-settings.ts';
import { withLocalTimes } from '../client/local-times.ts';
import { needsLimitsOfWatchdog } from '../client/watchdog-limits.ts';
import { EXIT_CONFIGURATION, EXIT_TEMPORARY, Problem } from '../terminal/problem.ts';
import { tell } from '../terminal/tell.ts';
import { decisionLog } from './decision-log.ts';
import { takeOver } from './take-over.ts';
import { writableAgain } from './writable-again.ts';

/** When the start is over, and what it needed is not needed any more. */
const STARTED_MS = 30_000;

export interface WatchOptions {
  readonly untilIdle?: boolean;
  readonly replace?: boolean;
  readonly detach?: boolean;
}

/**
 * Runs the watchdog until it is asked to exit. Writes decisions to stdout or the journal, and
 * problems to stderr. Throws Problem or StoreError.
 */
export async function runWatchdog(names: readonly string[], { untilIdle = false, replace = false }: WatchOptions): Promise<void> {
  keepHeapSmall();
  needsLimitsOfWatchdog();
  const manager = serviceManager(process.env);
  const settings = loadSettings(process.env, tell);
  refuseUnsafe(settings);
  const where = layout(settings.stateDir);
  const parting = new InFlight();
  let isEnding = false;
  // When replacing a watchdog, read the runs only after it has released the state.
  const known = replace ? null : namesOf(where, names);
  // Wait until an existing state is writable. If there is no state yet, the directory is wrong.
  if (isReadOnlyState(where) && existsSync(where.database)) {
    tell(readOnlyInWords(where));
    await writableAgain(where, manager, () => false);
  }
  const state = await (replace ? takeOver : acquireState)(where, settings);
  if (state.kind === 'held-by-other')
    throw new Problem(EXIT_TEMPORARY, 'a watchdog is already running', {
      expected: `no other watchdog for ${where.stateDir}`,
      got: `process ${state.by.pid}, since ${withLocalTimes(new Date(state.by.takenAt.wall).toISOString())}; last sign of life ${Math.round(state.silentMs / 1000)} s ago`,
      hint: 'one watchdog looks after all runs; another DOGWATCH_STATE_DIR has its own',
    });
  if (state.putBack !== null)
    tell(
      `the database was damaged (${state.putBack.damage}) and was replaced by the copy ${state.putBack.from}; the damaged files are in ${state.putBack.aside}`,
    );
  const watched = known ?? namesAfterwards(where, names, state);
  const log = decisionLog(settings.journal, process.env);
  warmUp();
  const picture = (runs: readonly Run[]) => {
    const problem = keepSnapshot(where, runs, state.lease);
    if (problem !== null) tell(problem);
  };
  // Listen until the state is closed. Without this listener, a second signal would kill this
  // process, and so would execa, which re-raises a signal if its own listener is the only one.
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      isEnding = true;
    });
  tell(`watching ${where.stateDir} (process ${process.pid})${settings.enabled ? '' : '; DOGWATCH_ENABLED=0: observing only'}`);
  try {
    withRoom(
      where.bin,
      () => makeRoom(where),
      () => installCommand(where.bin, process.execPath, process.argv[1] ?? ''),
    );
    const inFlight = new InFlight();
    const about = {
      layout: where,
      state,
      settings,
      names: watched,
      untilIdle,
      report: tell,
      notice: log.notice,
      picture,
      manager,
      inFlight,
      parting,
    };
    await Promise.all(state.store.activeRuns().map(pricesFor));
    const watchOnce = () =>
      new Promise<void>((resolve, reject) => {
        watch(about).subscribe({
          next: (decision) => {
            if (decision.material) log.decided(decision);
          },
          error: reject,
          complete: resolve,
        });
      });
    // Nothing may be done while nothing can be recorded. Everything is observed again afterwards.
    const isHeldAfter = async (error: unknown): Promise<boolean> => {
      if (!(error instanceof StoreError && isReadOnlyState(where) && state.isInPlace())) throw error;
      tell(readOnlyInWords(where));
      await inFlight.settled();
      return writableAgain(where, manager, () => isEnding);
    };
    const watchOn = (): Promise<void> =>
      watchOnce().catch(async (error: unknown) => {
        if (!(await isHeldAfter(error))) return;
        tell('the state directory is writable again: this watchdog continues');
        return watchOn();
      });
    setTimeout(giveBack, STARTED_MS).unref();
    await watchOn();
  } catch (error) {
    if (error instanceof StoreError && error.kind === 'corrupt') noteDamage(where, error);
    throw error;
  } finally {
    await parting.settled();
    await log.close();
    await manager?.tell(['STOPPING=1', 'STATUS=stopping; the agents keep running']);
    state.close();
  }
  // Exit now: checks that are still running must not keep the process alive.
  process.exit();
}

/** Throws a Problem if the times of the fleet protect nothing. */
function refuseUnsafe(settings: Settings): void {
  const why = settings.fleetUrls.length === 0 ? null : whyUnsafe(timesFrom(settings));
  if (why === null) return;
  throw new Problem(EXIT_CONFIGURATION, 'the times of the fleet are not safe', {
    expected: 'DOGWATCH_FLEET_FENCE at least 3 × DOGWATCH_FLEET_RENEW, and DOGWATCH_FLEET_TAKE long enough for an attempt to end',
    got: why,
    hint: 'leave them as they are by default, or raise DOGWATCH_FLEET_TAKE; all hosts have the same',
  });
}

/**
 * Looks up the runs. Throws a Problem for a run that does not exist. Without names, nothing is
 * read: on a full disk, only the holder of the ballast can open the state.
 */
function namesOf(where: Layout, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  return withReader(where, (reader) => names.map((name) => findRun(reader, name).name));
}

function namesAfterwards(where: Layout, names: readonly string[], state: HeldState): string[] {
  try {
    return namesOf(where, names);
  } catch (error) {
    state.close();
    throw error;
  }
}
