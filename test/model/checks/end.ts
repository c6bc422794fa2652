import { isOver, type Run } from '../../../src/core/model/run.ts';
import type { Notice } from '../../../src/core/notices/notice.ts';
import type { PlannedRun } from '../programs/program.ts';
import { idOf, type Machine } from '../world/machine.ts';
import { Broken, type Monitor } from './monitor.ts';
import { isLeaving, leftBehind } from './standbys.ts';

export const isAtRest = (machine: Machine, monitor: Monitor): boolean =>
  machine.inbox.size === 0 && !isLeaving(machine) && machine.program.runs.every((plan) => endOf(machine, monitor, plan) === null);

/**
 * 3 and 7: every action is settled, and every run ended complete, stopped, or with a person
 * notified.
 */
export function endsWell(machine: Machine, monitor: Monitor): Broken | null {
  for (const plan of machine.program.runs) {
    const why = endOf(machine, monitor, plan);
    if (why !== null) return new Broken(7, why);
  }
  const left = leftBehind(machine);
  return left && new Broken(left.invariant, left.what);
}

function endOf(machine: Machine, monitor: Monitor, { name }: PlannedRun): string | null {
  const run = machine.disk.runs.get(idOf(name));
  if (run === undefined) return isRefused(machine, name) || machine.forgotten.has(name) ? null : `${name} is unknown`;
  if (run.pending !== null) return `${name} waits for its ${run.pending.kind}`;
  if (run.state === 'complete' || run.state === 'stopped') return null;
  const rests = isOver(run) || run.state === 'escalated' || run.state === 'held' || run.state === 'handed-off' || isUnheard(machine, run);
  if (isHeldByOperator(monitor, run) || (rests && isNotified(machine, run))) return null;
  return `${name} is ${run.state} in the end, and nobody was notified: ${run.because}`;
}

/** Nothing shows whether it works, so it is not ended for being silent. */
function isUnheard(machine: Machine, { id, attempt }: Run): boolean {
  const processes = attempt?.alive === true ? machine.attempt(id, attempt.number) : null;
  return processes?.isAlive === true && processes.lostLog?.isRead === false;
}

/**
 * The operator's last request was to pause it, so the person responsible already knows. Until it is
 * released nobody ends an attempt of it, however quiet, and the supervisor repairs nothing.
 */
function isHeldByOperator({ seen }: Monitor, { id, state, paused }: Run): boolean {
  const known = seen.get(id);
  if (state === 'handed-off') return paused !== null && known?.isPaused === true;
  return (state === 'held' || state === 'quiet') && paused !== null && known?.isPaused === true && !known.isHandedOff;
}

/** A person was notified of what the run waits for, or said so. */
function isNotified({ disk }: Machine, { id, spec }: Run): boolean {
  const isOf = (cause: string) => cause.endsWith(`/${id}`) || cause === `auth/${spec.account}`;
  return [...disk.notices.values()].some((notice) => isOf(notice.cause) && notice.state !== 'cleared' && isHeard(notice));
}

/**
 * A person who was notified that the disk is full, and that nothing more can be freed, makes room.
 */
export const isNotifiedOfDisk = ({ disk }: Machine): boolean =>
  [...disk.notices.values()].some((notice) => notice.cause.startsWith('disk') && notice.state !== 'cleared' && isHeard(notice));

const isHeard = ({ state, deliveries }: Notice) => state === 'acked' || Object.values(deliveries).some(({ accepted }) => accepted > 0);

const isRefused = ({ disk }: Machine, name: string): boolean =>
  [...disk.replies.values()].some(({ accepted, message }) => !accepted && message.includes(name));
