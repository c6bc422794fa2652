import { LEASE_TIMES, type LeaseTimes } from './times.ts';

/** How old what is shown of a host is. */
export type FactsAge =
  | { readonly kind: 'now' }
  /** The host is heard of, and this many of its changes have not arrived. */
  | { readonly kind: 'behind'; readonly changes: number }
  | { readonly kind: 'old'; readonly ageMs: number }
  /** The host may be dead, cut off, or without its engine. */
  | { readonly kind: 'silent'; readonly ageMs: number };

/** Younger facts are shown as those of now. */
const NOW_MS = 30_000;
/** An older beat means that the host is not heard of. */
const SILENT_MS = 60_000;

/** What a viewer knows of a host, by its own clock that counts while it sleeps. */
export interface HostSeen {
  /** When the host's row was last seen to change. */
  readonly beatMs: number;
  /** What is shown was true at this moment, or later. */
  readonly factsMs: number;
  /** How many of its changes have not arrived. */
  readonly missing: number;
}

/** No clock of another host takes part: a beat counts from when it was seen. */
export function factsAge({ beatMs, factsMs, missing }: HostSeen, nowMs: number): FactsAge {
  if (nowMs - beatMs >= SILENT_MS) return { kind: 'silent', ageMs: nowMs - Math.min(beatMs, factsMs) };
  if (missing > 0) return { kind: 'behind', changes: missing };
  return nowMs - factsMs < NOW_MS ? { kind: 'now' } : { kind: 'old', ageMs: nowMs - factsMs };
}

/** More than this share of the hosts at once: it is not the hosts. */
const COMMON_CAUSE = 0.3;
/** Hosts that fall silent together last beat within this time. */
const togetherMs = ({ renewMs }: LeaseTimes): number => 1.5 * renewMs;

/** A host as a caretaker hears it. */
export interface Silent {
  readonly silentMs: number;
  /** The number of its last beat: the wall time of that host, in ms. */
  readonly beat: number;
}

/** Of which hosts a caretaker that hears the engine notifies people. */
export interface Silence {
  readonly hosts: readonly string[];
  /** They fell silent together: one notice of the network or the engine, not one for each. */
  readonly common: readonly string[];
}

/** Whether many hosts have beaten last at this time, together. */
export function isCommon(hosts: ReadonlyMap<string, Pick<Silent, 'beat'>>, fellMs: number, times: LeaseTimes = LEASE_TIMES): boolean {
  const together = [...hosts.values()].filter(({ beat }) => Math.abs(beat - fellMs) <= togetherMs(times)).length;
  return together > 1 && together > COMMON_CAUSE * hosts.size;
}

/**
 * Hosts that are down at the same time fell silent one by one, or together. In a fleet of two, one
 * silent host is a silent host.
 */
export function silence(hosts: ReadonlyMap<string, Silent>, times: LeaseTimes = LEASE_TIMES): Silence {
  const isHeard = ({ silentMs }: Silent) => silentMs < times.takeMs - togetherMs(times);
  const silent = new Map([...hosts].map(([host, its]) => [host, { beat: isHeard(its) ? Number.NaN : its.beat }]));
  const long = [...hosts].filter(([, { silentMs }]) => silentMs >= times.takeMs).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    hosts: long.flatMap(([host, { beat }]) => (isCommon(silent, beat, times) ? [] : [host])),
    common: long.flatMap(([host, { beat }]) => (isCommon(silent, beat, times) ? [host] : [])),
  };
}
