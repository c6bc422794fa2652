import type { ProcessIdentity } from '../../core/model/facts.ts';
import type { PidsGivenOut } from '../new-pids.ts';
import type { Environ } from './environ.ts';
import type { Marked } from './mark-in-environ.ts';
import type { ProcessStat } from './stat.ts';

export interface LivingProcess extends ProcessStat, Pick<Marked, 'mark' | 'hidden'> {
  readonly identity: ProcessIdentity;
  /** The attempt it was seen to descend from, without carrying its mark; null if none is known. */
  readonly kin: string | null;
}

/** A living process with its command line. */
export interface SeenProcess extends LivingProcess {
  readonly argv: readonly string[];
}

/** The processes of a machine, as the kernel shows them. */
export interface ProcessTable {
  /** All pids, except this process's own. */
  pids(): readonly number[];
  /** Its directory in /proc, or null if there is no such process. */
  entry(pid: number): Pick<Sighting, 'ino' | 'ctimeMs'> | null;
  /** False for a pid of nothing, or of a thread. */
  isProcess(pid: number): boolean;
  environ(pid: number): Environ;
  stat(pid: number): Pick<ProcessStat, 'ppid' | 'startTicks'> | null;
  /** A shared server. Its children do not belong to the attempt that started it. */
  isShared(pid: number): boolean;
  givenOut(): PidsGivenOut | null;
  nowMono(): number;
  /** The start time of a process that would start now. */
  nowTicks(): number;
}

export type Sighted = readonly [pid: number, one: Sighting];

/** What earlier passes learned about a process. */
export interface Sighting extends Marked {
  kin: string | null;
  /** The inode of its directory in /proc; another process that reuses its pid gets a new one. */
  readonly ino: number;
  readonly ctimeMs: number;
  /**
   * Null if it was not needed. The kernel may recreate the /proc directory of a process, but this
   * never changes.
   */
  readonly startTicks: number | null;
  readonly firstReadMono: number;
  readonly isSettled: boolean;
}
