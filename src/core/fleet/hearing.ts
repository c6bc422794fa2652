import { LEASE_TIMES, type LeaseTimes } from './times.ts';

/** What a host has heard of the others, by its own clock. */
export interface Hearing {
  /** The number of each host's last beat, and since when it has been that. */
  readonly hosts: ReadonlyMap<string, { readonly number: number; readonly sinceMs: number }>;
  /** When the engine last said which beats there are. */
  readonly answeredMs: number;
  readonly startedMs: number;
}

/** Whoever hears nothing for longer than this has not heard whether the others live. */
const deafMs = ({ renewMs }: LeaseTimes): number => 1.5 * renewMs;

export const nothingHeard = (nowMs: number): Hearing => ({ hosts: new Map(), answeredMs: nowMs, startedMs: nowMs });

/** A look at all beats. */
export interface Listened {
  readonly nowMs: number;
  /** When this host's own beat was sent that the engine has acknowledged last. */
  readonly beatMs: number;
}

/**
 * What the engine has of all beats. After a time without an answer, or in which this program was
 * stopped, the silence of every host begins anew: nobody has listened. So it does while the engine
 * writes nothing, not even this host's own beat.
 */
export function heard(
  { hosts, answeredMs, startedMs }: Hearing,
  beats: ReadonlyMap<string, number>,
  { nowMs, beatMs }: Listened,
  times: LeaseTimes = LEASE_TIMES,
): Hearing {
  const wasDeaf = nowMs - Math.min(answeredMs, beatMs) > deafMs(times);
  const after = new Map([...hosts].map(([host, known]) => [host, wasDeaf ? { ...known, sinceMs: nowMs } : known]));
  for (const [host, number] of beats) if (number > (hosts.get(host)?.number ?? 0)) after.set(host, { number, sinceMs: nowMs });
  return { hosts: after, answeredMs: nowMs, startedMs };
}

/** For how long a host has been silent, as far as this one has listened. */
export function silentMs({ hosts, answeredMs, startedMs }: Hearing, host: string, nowMs: number, times: LeaseTimes = LEASE_TIMES): number {
  const sinceMs = hosts.get(host)?.sinceMs ?? startedMs;
  return nowMs - answeredMs > deafMs(times) ? 0 : nowMs - sinceMs;
}

/** Whether another host may go on with what this one does. */
export const isSilent = (hearing: Hearing, host: string, nowMs: number): boolean => silentMs(hearing, host, nowMs) >= LEASE_TIMES.takeMs;
