import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { signalProcess, statOf } from '../../../src/system/process/process.ts';
import { processesOf } from '../../kit/processes-of.ts';
import { until } from '../../kit/until.ts';
import { whyNotUnpacked } from '../../real/unpacked.ts';

/** A program that keeps others going: what people use instead. */
export interface Peer {
  readonly name: string;
  /** The most programs that it is asked to keep going at once. */
  readonly most: number;
  /** Why it is unavailable here, or null if it is available. */
  readonly whyNot: () => string | null;
  /**
   * A directory for the programs, and how to remove it. All peers use one on this machine, except
   * those that bring their own.
   */
  readonly place?: () => Promise<{ readonly directory: string; readonly remove: () => Promise<unknown> }>;
  /** Starts each of these scripts, and restarts it whenever it dies. */
  readonly keep: (directory: string, scripts: readonly string[]) => Promise<Kept>;
}

export interface Kept {
  /** The peer's own processes. */
  pids(): readonly number[];
  /** Ends it, and everything it started. */
  close(): Promise<unknown>;
}

/** Variables by which its processes are found and ended. */
export const variablesOf = (directory: string): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: directory,
  DOGWATCH_STATE_DIR: directory,
});

/** A supervisor that runs in the foreground. */
export function supervisor(directory: string, [command = '', ...args]: readonly string[], env: Record<string, string> = {}): Kept {
  const child = spawn(command, args, { cwd: directory, env: { ...variablesOf(directory), ...env }, stdio: 'ignore' });
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  failed.catch(() => {});
  return { pids: () => supervisorsBelow(child), close: () => endAll(directory) };
}

export async function endAll(directory: string): Promise<void> {
  await until('nothing of it is left', () => {
    const left = processesOf(directory);
    for (const identity of left) signalProcess(identity, 'SIGKILL');
    return left.length === 0;
  });
}

/** The process and its descendants that watch others, without what is watched. */
function supervisorsBelow({ pid = 0 }: ChildProcess): readonly number[] {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (statOf(Number(name)) ?? []) : []));
  const found = new Set([pid]);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const one of all) if (found.has(one.ppid) && !/^(?:sleep|turn\.sh|program-)/.test(one.comm)) found.add(one.pid);
  }
  return [...found];
}

export const has = (command: string): boolean => spawnSync('sh', ['-c', 'command -v "$0"', command]).status === 0;

/**
 * Why a Debian package with this program is unavailable, or null if the program is installed or
 * unpacked.
 */
export const whyNoPackage = (name: string, program: string): string | null => (has(program) ? null : whyNotUnpacked(name, name));

/** A script's own directory for what a peer must know about it. */
export const named = (directory: string, index: number, ...rest: string[]): string => join(directory, 'kept', String(index), ...rest);
