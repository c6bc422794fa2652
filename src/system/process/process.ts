import { closeSync, openSync, readFileSync } from 'node:fs';
import type { ProcessIdentity } from '../../core/model/facts.ts';
import { readAll, readProcFile } from '../proc-file.ts';
import { hasDied, type ProcessStat, parseStat, TICKS_PER_SECOND } from './stat.ts';

/** CLOCK_MONOTONIC of this boot, in ms: the same for every process on the machine. */
export const monoMs = (): number => Number(process.hrtime.bigint() / 1000n) / 1000;

/**
 * CLOCK_BOOTTIME of this boot, in ms, to 10 ms: it also counts while the machine sleeps, which
 * `monoMs` does not.
 */
export const sinceBootMs = (): number => Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000;

/**
 * When a process started, on the clock of `monoMs`. The kernel records its start on a clock that
 * keeps running during suspend.
 */
export function startedMono(startTicks: number): number {
  return monoMs() - Math.max(0, sinceBootMs() - (startTicks * 1000) / TICKS_PER_SECOND);
}

let boot: string | null = null;

/** The id of the current boot. */
export function bootId(): string {
  boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return boot;
}

/** The living process that has this pid now, or null if there is none. */
export function identify(pid: number): ProcessIdentity | null {
  const stat = statOf(pid);
  return stat === null || hasDied(stat) ? null : { bootId: bootId(), pid, startTicks: stat.startTicks };
}

/** The process's line in /proc, zombies included, or null if it is gone. */
export function statOf(pid: number): ProcessStat | null {
  const line = readProcFile(`/proc/${pid}/stat`);
  return line === null ? null : parseStat(line.toString('latin1'));
}

/**
 * True while exactly this process lives: not a zombie, and not another process that reuses its pid.
 */
export function isAlive(identity: ProcessIdentity): boolean {
  const now = identity.bootId === bootId() ? identify(identity.pid) : null;
  return now !== null && now.startTicks === identity.startTicks;
}

export interface HeldProcess {
  isAlive(): boolean;
  close(): void;
}

/**
 * A handle that a reused pid cannot fool; each check costs one read. Null if the process is already
 * dead.
 */
export function holdProcess(identity: ProcessIdentity): HeldProcess | null {
  if (identity.bootId !== bootId()) return null;
  let fd: number | null;
  try {
    fd = openSync(`/proc/${identity.pid}/stat`, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const held = {
    isAlive: () => fd !== null && livesOn(fd),
    close: () => {
      if (fd !== null) closeSync(fd);
      fd = null;
    },
  };
  // The descriptor stays bound to the process that had the pid when it was opened; checking the
  // identity afterwards proves that this is it.
  if (isAlive(identity) && held.isAlive()) return held;
  held.close();
  return null;
}

function livesOn(fd: number): boolean {
  try {
    const line = readAll(fd);
    return !hasDied({ state: String.fromCharCode(line[line.lastIndexOf(')') + 2] ?? 0) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/**
 * Signals exactly this process. Returns false if it is already dead, or if this user may not signal
 * it.
 */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false;
  try {
    return process.kill(identity.pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH' || code === 'EPERM') return false;
    throw error;
  }
}
