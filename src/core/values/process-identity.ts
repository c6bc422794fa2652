/** True for the same process. */
export const isSame = (a: ProcessIdentity, b: ProcessIdentity): boolean =>
  a.pid === b.pid && a.startTicks === b.startTicks && a.bootId === b.bootId;

/**
 * Identifies a process for certain: a pid alone may since belong to another process. `startTicks`
 * is field 22 of /proc/PID/stat (clock ticks since boot).
 */
export interface ProcessIdentity {
  readonly bootId: string;
  readonly pid: number;
  readonly startTicks: number;
}
