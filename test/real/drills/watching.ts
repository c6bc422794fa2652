import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { ProcessIdentity } from '../../../src/core/model/facts.ts';
import { signalProcess } from '../../../src/system/process/process.ts';
import { ended, PROGRAM, type Ran, type Stage } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';
import { atRest } from './sound.ts';

/** A watchdog in the foreground, and its output. */
export interface Watching {
  readonly child: ChildProcess;
  readonly ended: Promise<Ran>;
  /** Its problems so far. */
  said(): string;
  isDead(): boolean;
}

/**
 * Starts one, optionally prefixed by another command (`strace …`) and with additional variables.
 */
export function startWatchdog(stage: Stage, before: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Watching {
  const [command = '', ...args] = [...before, process.execPath, PROGRAM, 'watch'];
  const child = spawn(command, args, { cwd: stage.cwd, env: { ...stage.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const parts: string[] = [];
  child.stderr?.on('data', (part) => parts.push(String(part)));
  return { child, ended: ended(child), said: () => parts.join(''), isDead: () => child.exitCode !== null || child.signalCode !== null };
}

/** The same, and waits until it holds the lease. */
export async function atWork(stage: Stage, ...how: [before?: readonly string[], env?: Readonly<Record<string, string>>]) {
  const watching = startWatchdog(stage, ...how);
  const identity = await until('a watchdog runs', () => stage.watchdog());
  return { ...watching, identity };
}

/**
 * Asks the holder of the lease to end once nothing is left to do, and waits for this watchdog's
 * output until its own end.
 */
export async function endOf(stage: Stage, { ended: end }: Watching): Promise<Ran> {
  await atRest(stage);
  const holder = stage.watchdog();
  if (holder !== null) signalProcess(holder, 'SIGTERM');
  return end;
}

/** The peak memory of a process, in MB. */
export function mostMemoryMB({ pid }: ProcessIdentity): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
