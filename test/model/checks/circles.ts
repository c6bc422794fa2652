import { HOUR } from '../../kit/core/world.ts';
import type { AttemptProcesses } from '../world/attempt.ts';
import type { Machine } from '../world/machine.ts';
import { SLOW_MS } from '../world/starts.ts';

const MAX_REPEATS = 25;
export const MAX_STALL_MS = 4 * HOUR;

/** The last calls, of the first `lines` lines, are two in turn, so often in a row. */
export function isInCircle({ lines }: AttemptProcesses, until = lines.length): boolean {
  const last = lines.slice(0, until).flatMap(({ signals }) => signals.flatMap((one) => (one.kind === 'returned' ? one.print : [])));
  const calls = last.slice(-2 * MAX_REPEATS);
  return calls.length === 2 * MAX_REPEATS && calls.every((call, index) => call === calls[index % 2]);
}

/** Since when an attempt has made no milestone (ms since the program began). */
export const unchangedMs = ({ run, startedMs }: AttemptProcesses, machine: Machine): number =>
  Math.max(startedMs, machine.truthOf(run).changedMs);

/**
 * It has made no milestone for too long. A watchdog counts from the moment in which it starts the
 * attempt.
 */
export const hasStalled = (processes: AttemptProcesses, machine: Machine): boolean =>
  machine.clock.nowMs - unchangedMs(processes, machine) >= MAX_STALL_MS - SLOW_MS;

/** Whether an attempt may be ended although it writes. */
export const mayGoNowhere = (processes: AttemptProcesses, machine: Machine): boolean =>
  isInCircle(processes) || hasStalled(processes, machine);
