import { setTimeout } from 'node:timers/promises';
import type { ProcessIdentity } from '../core/model/facts.ts';
import { backoff } from '../core/values/backoff.ts';
import { counted } from '../core/values/counted.ts';
import { isSame } from '../core/values/process-identity.ts';
import { type Ended, leftInWords, perhapsLeft } from '../system/process/left.ts';
import { allProcesses } from '../system/process/marks.ts';
import { type Membership, membersOf } from '../system/process/members.ts';
import { bootId, isAlive, monoMs, signalProcess } from '../system/process/process.ts';
import type { SeenProcess } from '../system/process/seen-process.ts';
import { killUnit } from '../system/systemd/transient-unit.ts';

export interface AttemptToEnd extends Ended {
  /** Time between TERM and KILL. */
  readonly graceMs: number;
}

export type EndOutcome = { readonly kind: 'ended' | 'end-failed'; readonly because: string };

/**
 * Processes that multiply faster than they are killed one by one are killed with their whole unit
 * after this.
 */
const WHOLE_UNIT_AFTER_MS = 2000;
/**
 * How long a process may take to die of KILL: one that waits for a device (state D) dies when the
 * device responds.
 */
const KILL_DEADLINE_MS = 10_000;
/** How long a shim may take to report after its command has ended. */
const SHIM_DEADLINE_MS = 1000;
/**
 * Two empty scans in a row are the proof: a process that was just being created during the first
 * shows up in the second.
 */
const CLEAN_LOOKS = 2;
const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 50;
/** New processes may have been started meanwhile. */
const LOOK_EVERY_MS = 500;

/**
 * Ends every process of an attempt, and proves it: TERM, the grace period, KILL, until two scans in
 * a row find none. Signals are sent to identities, never to names or groups. The shim is left to
 * report; it ends by itself.
 */
export async function endAttempt(attempt: AttemptToEnd): Promise<EndOutcome> {
  const launched = attempt.shim ?? attempt.agent;
  if (launched !== null && launched.bootId !== bootId()) return { kind: 'ended', because: 'the host was rebooted since' };
  const startedMs = monoMs();
  const known: ProcessIdentity[] = [];
  const alive = await untilGone(attempt, known, startedMs + attempt.graceMs, (one) => {
    if (known.some((identity) => isSame(identity, one.identity))) return;
    known.push(one.identity);
    signalProcess(one.identity, 'SIGTERM');
    // A stopped process would not notice otherwise.
    if (one.state === 'T') signalProcess(one.identity, 'SIGCONT');
  });
  const stubborn = new Set<string>();
  const unkillable = alive.length === 0 ? [] : await kill(attempt, known, stubborn);
  if (unkillable.length > 0) return { kind: 'end-failed', because: `${list(unkillable)} can't be ended, not even by SIGKILL` };
  await shimGone(attempt.shim);
  const left = leftInWords(perhapsLeft(allProcesses(), attempt));
  const proven = `${PROVEN[attempt.mark === null ? 'adopted' : 'marked']}${left === null ? '' : `; ${left}`}`;
  return { kind: 'ended', because: `${inWords(known.length, [...stubborn], monoMs() - startedMs)}; ${proven}` };
}

/** Exactly what two empty scans prove. */
const PROVEN = {
  marked: 'no process that carries its mark, or is known to descend from it, is left',
  adopted: 'neither it nor a process that is known to descend from it is left',
} as const;

async function kill(attempt: AttemptToEnd, known: ProcessIdentity[], stubborn: Set<string>): Promise<readonly SeenProcess[]> {
  const each = (one: SeenProcess) => {
    stubborn.add(nameOf(one));
    if (!known.some((identity) => isSame(identity, one.identity))) known.push(one.identity);
    signalProcess(one.identity, 'SIGKILL');
  };
  const { unit } = attempt;
  if (unit != null) {
    const left = await untilGone(attempt, known, monoMs() + WHOLE_UNIT_AFTER_MS, each);
    if (left.length === 0) return left;
    await killUnit(unit);
  }
  return untilGone(attempt, known, monoMs() + KILL_DEADLINE_MS, each);
}

/**
 * Scans repeatedly and calls `each` for every process found, until none is left or time is up.
 * Returns the processes left.
 */
async function untilGone(
  attempt: Membership,
  known: readonly ProcessIdentity[],
  deadlineMs: number,
  each: (one: SeenProcess) => void,
): Promise<readonly SeenProcess[]> {
  for (let clean = 0; ; ) {
    const members = membersOf(attempt, known);
    for (const member of members) each(member);
    clean = members.length === 0 ? clean + 1 : 0;
    if (clean === CLEAN_LOOKS) return [];
    if (members.length > 0 && monoMs() >= deadlineMs) return members;
    await dead(members, Math.min(deadlineMs, monoMs() + LOOK_EVERY_MS));
  }
}

/** Scanning /proc is expensive; checking known processes is cheap. */
async function dead(processes: readonly SeenProcess[], deadlineMs: number): Promise<void> {
  for (let looks = 0; ; looks++) {
    await setTimeout(backoff(FIRST_PAUSE_MS, LONGEST_PAUSE_MS, looks));
    if (monoMs() >= deadlineMs || !processes.some(({ identity }) => isAlive(identity))) return;
  }
}

async function shimGone(shim: ProcessIdentity | null): Promise<void> {
  const deadlineMs = monoMs() + SHIM_DEADLINE_MS;
  while (shim !== null && isAlive(shim)) {
    if (monoMs() >= deadlineMs) signalProcess(shim, 'SIGKILL');
    await setTimeout(FIRST_PAUSE_MS);
  }
}

function inWords(count: number, stubborn: readonly string[], tookMs: number): string {
  if (count === 0) return 'none of its processes was still running';
  const ended = `${counted(count, 'process', 'processes')} ended within ${Math.round(tookMs)}ms`;
  return stubborn.length === 0 ? ended : `${ended}; SIGKILL was needed for ${stubborn.join(', ')}`;
}

const list = (processes: readonly SeenProcess[]): string =>
  processes.map((one) => (one.state === 'D' ? `${nameOf(one)} (it waits for a device)` : nameOf(one))).join(', ');

const nameOf = ({ comm, pid }: SeenProcess): string => `${comm} (pid ${pid})`;
