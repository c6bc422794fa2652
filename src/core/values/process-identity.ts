/** True for one and the same process. */
export const isSame = (a: ProcessIdentity, b: ProcessIdentity): boolean =>
  a.pid === b.pid && a.startTicks === b.startTicks && a.bootId === b.bootId;

/** Which process, for certain: a pid alone may have been given to another process since. `startTicks` is field 22 of /proc/PID/stat
 * (clock ticks since boot). */
export interface ProcessIdentity {
  readonly bootId: string;
  readonly pid: number;
  readonly startTicks: number;
}
