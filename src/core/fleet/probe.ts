import { hash } from './fingerprint.ts';
import type { HoldSaid } from './holds.ts';

/** Who tries whether a limit is over, for all hosts. */
export interface ProbeRow {
  readonly generation: number;
  readonly refusals: number;
  readonly host: string;
  /** The watchdog that probes: its successor on the same host is another. */
  readonly incarnation: number;
  readonly run: string;
}

/** How long a host without an engine waits at most before it probes alone. */
const ALONE_WITHIN_MS = 10 * 60_000;

export type ProbeVerdict =
  /** Writes its row, and probes if that succeeds. */
  | { readonly kind: 'claim' }
  /** Probes without the engine's word, and says so. */
  | { readonly kind: 'alone' }
  | { readonly kind: 'wait'; readonly untilWall: number | null };

export interface ProbeAsked {
  readonly hold: HoldSaid;
  /** What stands in the engine, null for nothing, or `unreachable`. */
  readonly row: ProbeRow | null | 'unreachable';
  /** The host of the row holds its own lease. */
  readonly isAlive: boolean;
  readonly nowWall: number;
  readonly slackMs: number;
  /** From 0 to 1, drawn once for this hold. */
  readonly chance: number;
}

/**
 * Whether this host probes now. At most one probe for each part of a fleet that is cut in parts,
 * and never none.
 */
export function probe({ hold, row, isAlive, nowWall, slackMs, chance }: ProbeAsked): ProbeVerdict {
  if (hold.phase === 'released' || hold.untilWall === null) return { kind: 'wait', untilWall: null };
  const dueWall = hold.untilWall + slackMs;
  if (nowWall < dueWall) return { kind: 'wait', untilWall: dueWall };
  if (row === 'unreachable') {
    const aloneWall = dueWall + Math.round(chance * ALONE_WITHIN_MS);
    return nowWall < aloneWall ? { kind: 'wait', untilWall: aloneWall } : { kind: 'alone' };
  }
  const isTaken = row !== null && row.generation === hold.generation && row.refusals === hold.refusals && isAlive;
  return isTaken ? { kind: 'wait', untilWall: null } : { kind: 'claim' };
}

/**
 * When the runs of a host start again after a release, in ms after it: one host after another, so
 * that a fleet does not meet the next limit at once.
 */
export function startsAfterMs(host: string, hosts: readonly string[], generation: number, staggerMs: number): number {
  const order = hosts.toSorted((a, b) => place(a, generation) - place(b, generation) || (a < b ? -1 : 1));
  return Math.max(0, order.indexOf(host)) * staggerMs;
}

/** Another order each time, the same on every host. */
const place = (host: string, generation: number): number => hash(`${generation}/${host}`);
