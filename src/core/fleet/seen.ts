import type { HostSeen } from './age.ts';
import type { Summary } from './beat.ts';
import { fingerprint } from './fingerprint.ts';
import type { Posted } from './outbox.ts';
import { ANSWER_MS } from './times.ts';

/** What a host says of itself from time to time. */
export interface Beat extends Summary {
  /** Only grows. */
  readonly number: number;
}

/** What a viewer has of a host, by its own clock that counts while it sleeps. */
export interface Seen {
  readonly beat: Beat | null;
  /** Of each key the newest row, after those that the beat may still be compared with. */
  readonly rows: ReadonlyMap<string, readonly Posted[]>;
  /** When its beat was last seen to change. */
  readonly beatMs: number;
  /** The last beat was written after this. */
  readonly writtenMs: number;
  /** What is shown of the host was true at this moment, or later. */
  readonly factsMs: number;
  /** How many of its rows have not arrived, as far as the beat says. */
  readonly missing: number;
}

/**
 * A beat may be older than the engine says: it was sent, and written only when it came out of a cut
 * link, or the engine's nodes have clocks of their own.
 */
export const LATE_MS = 2 * ANSWER_MS + 3000;

export const NOTHING_SEEN: Seen = {
  ...{ beat: null, rows: new Map(), beatMs: Number.NEGATIVE_INFINITY },
  ...{ writtenMs: Number.NEGATIVE_INFINITY, factsMs: Number.NEGATIVE_INFINITY, missing: 0 },
};

/**
 * A host has beaten: by the engine's clock this long ago. A watch may have said nothing for a
 * while, so that what it brings then is old; and a viewer that has just begun has seen no change.
 */
export function sawBeat(seen: Seen, beat: Beat, { nowMs, ageMs }: { readonly nowMs: number; readonly ageMs: number }): Seen {
  if (seen.beat !== null && beat.number <= seen.beat.number) return seen;
  const beatMs = seen.beat === null ? nowMs - ageMs : nowMs;
  return compared({ ...seen, beat, beatMs, writtenMs: nowMs - ageMs - LATE_MS });
}

/** Rows come in any order, and more than once: the newest of a key counts. */
export function sawRow(seen: Seen, key: string, row: Posted): Seen {
  const before = seen.rows.get(key) ?? [];
  if ((before.at(-1)?.number ?? 0) >= row.number) return seen;
  return compared({ ...seen, rows: new Map(seen.rows).set(key, [...before, row]) });
}

/**
 * What the engine has of a host, all of it. It takes the place of what was seen before, where
 * something stays missing: the engine or the host may have gone back to an older state.
 */
export const sawAll = (seen: Seen, rows: ReadonlyMap<string, Posted>): Seen =>
  compared({ ...seen, rows: new Map([...rows].map(([key, row]) => [key, [row]])) });

/** What is shown of a key, or null if the host has said nothing of it. */
export const shown = ({ rows }: Seen, key: string): Posted | null => rows.get(key)?.at(-1) ?? null;

export const hostSeen = ({ beatMs, factsMs, missing }: Seen): HostSeen => ({ beatMs, factsMs, missing });

/**
 * Whether everything has arrived that was there at the last beat. Where a later change has arrived
 * before, and took the place of what the beat means, the next beat tells.
 */
function compared(seen: Seen): Seen {
  const { beat, writtenMs, factsMs } = seen;
  if (beat === null) return seen;
  const rows = new Map([...seen.rows].map(([key, all]) => [key, since(all, beat.lastChange)]));
  const then = new Map(
    [...rows].flatMap(([key, [first]]) => (first !== undefined && first.number <= beat.lastChange ? [[key, first]] : [])),
  );
  if (fingerprint(then) === beat.fingerprint && !hasForgotten(beat, rows))
    return { ...seen, rows, factsMs: Math.max(factsMs, writtenMs), missing: 0 };
  const arrived = Math.max(0, ...[...rows.values()].map((all) => all.at(-1)?.number ?? 0));
  const isAhead = arrived > beat.lastChange && !hasForgotten(beat, rows);
  return { ...seen, rows, missing: isAhead ? seen.missing : Math.max(1, beat.unposted) };
}

/** Its state was put back from a copy: a change that was made before the beat is not in it. */
const hasForgotten = ({ lastChange, number }: Beat, rows: Seen['rows']): boolean =>
  [...rows.values()].some((all) => all.some((row) => row.number > lastChange && row.number < number));

const since = (all: readonly Posted[], number: number): readonly Posted[] => {
  const at = all.findLastIndex((row) => row.number <= number);
  return at > 0 ? all.slice(at) : all;
};
