import { setTimeout } from 'node:timers/promises';
import { layout } from '../../store/directory/layout.ts';
import { prepareStateDirectory } from '../../store/directory/prepare.ts';
import { managerFor } from '../../units/service-for.ts';
import { loadSettings } from '../client/load-settings.ts';
import { WatchdogProcess } from '../client/start-watchdog.ts';
import { leaseHolder, watchdogNow } from '../client/watchdog.ts';
import { EXIT_TEMPORARY, EXIT_USAGE, Problem } from '../terminal/problem.ts';
import { tell } from '../terminal/tell.ts';
import type { WatchOptions } from './run-watchdog.ts';

/** How long taking over may last, including the end of the previous watchdog. */
const TAKE_OVER_MS = 30_000;
const LOOK_EVERY_MS = 50;

/**
 * Replaces the watchdog with one in the background that has the settings of this shell. Throws a
 * Problem.
 */
export async function replaceWatchdog(names: readonly string[], { replace = false, untilIdle = false }: WatchOptions): Promise<void> {
  if (!replace || names.length > 0)
    throw new Problem(EXIT_USAGE, '--detach cannot be used like this', {
      expected: '`dogwatch watch --replace --detach`, without names of runs',
    });
  const where = layout(loadSettings(process.env, tell).stateDir);
  const manager = managerFor(where.stateDir);
  if (manager !== null)
    throw new Problem(EXIT_USAGE, 'the watchdog of this state directory is a service', {
      hint: `change the settings in the unit: systemctl ${manager === 'user' ? '--user ' : ''}edit dogwatch.service, then restart it`,
    });
  prepareStateDirectory(where);
  const before = watchdogNow(leaseHolder(where));
  const pid = new WatchdogProcess(where, process.env).replace(untilIdle);
  for (let waitedMs = 0; waitedMs < TAKE_OVER_MS; waitedMs += LOOK_EVERY_MS) {
    if (pid !== undefined && watchdogNow(leaseHolder(where))?.pid === pid)
      return tell(
        `the watchdog is now process ${pid}${before === null ? '' : `, instead of process ${before.pid}`}; its log is ${where.watchdogLog}`,
      );
    await setTimeout(LOOK_EVERY_MS);
  }
  throw new Problem(EXIT_TEMPORARY, 'the new watchdog has not taken over', {
    expected: `a takeover within ${TAKE_OVER_MS / 1000} s`,
    hint: `its log is ${where.watchdogLog}`,
  });
}
