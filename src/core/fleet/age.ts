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

export type Silence =
  | { readonly kind: 'hosts'; readonly hosts: readonly string[] }
  /** The network or the engine: one notice instead of one for each host. */
  | { readonly kind: 'common'; readonly hosts: readonly string[] };

/**
 * Of which hosts a caretaker that hears the engine notifies people, or null for none. In a fleet of
 * two, one silent host is a silent host.
 */
export function silence(beats: ReadonlyMap<string, number>, nowMs: number): Silence | null {
  const hosts = [...beats].flatMap(([host, beatMs]) => (nowMs - beatMs >= SILENT_MS ? host : [])).toSorted();
  if (hosts.length === 0) return null;
  return hosts.length > 1 && hosts.length > COMMON_CAUSE * beats.size ? { kind: 'common', hosts } : { kind: 'hosts', hosts };
}
