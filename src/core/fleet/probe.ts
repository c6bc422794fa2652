import { hash } from './fingerprint.ts';
import type { HoldSaid } from './holds.ts';
import { LEASE_TIMES } from './times.ts';

/** Who tries whether a limit is over, for all hosts. */
export interface ProbeRow {
  readonly generation: number;
  readonly refusals: number;
  readonly host: string;
  /** Of this very try to become the one who probes. */
  readonly nonce: string;
  readonly run: string;
  /**
   * How it has ended, or null if it has not. One that has shown whether the limit is over says so
   * with its host's hold, which may come later than this.
   */
  readonly ended: 'something' | 'nothing' | null;
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
  /** For how long the engine has not been reached. */
  readonly unreachableMs: number;
  /** The host of the row is another one, and is heard of. */
  readonly isOther: boolean;
  readonly nowWall: number;
  readonly slackMs: number;
  /** From 0 to 1, drawn once for this hold. */
  readonly chance: number;
}

/**
 * Whether this host probes now. At most one probe for each part of a fleet that is cut in parts,
 * and never none.
 */
export function probe({ hold, row, unreachableMs, isOther, nowWall, slackMs, chance }: ProbeAsked): ProbeVerdict {
  const dueWall = probeDueWall(hold, slackMs);
  if (dueWall === null || nowWall < dueWall) return { kind: 'wait', untilWall: dueWall };
  if (row === 'unreachable') {
    const aloneWall = dueWall + Math.round(chance * ALONE_WITHIN_MS);
    if (nowWall < aloneWall) return { kind: 'wait', untilWall: aloneWall };
    // An engine that elects a leader is not gone: the others reach it again at once.
    return unreachableMs < LEASE_TIMES.takeMs ? { kind: 'wait', untilWall: null } : { kind: 'alone' };
  }
  const isKnown = row !== null && compareProbes(row, hold) < 0;
  const isTaken = row !== null && isOther && (row.ended === null || (row.ended === 'something' && !isKnown));
  return isTaken ? { kind: 'wait', untilWall: null } : { kind: 'claim' };
}

/** When a limit may be probed, or null if no clock releases it. */
export const probeDueWall = ({ phase, untilWall }: HoldSaid, slackMs: number): number | null =>
  phase === 'released' || untilWall === null ? null : untilWall + slackMs;

type Which = Pick<ProbeRow, 'generation' | 'refusals'>;

/** Which of two is the probe of the later limit, or of the later refusal. */
export const compareProbes = (a: Which, b: Which): number => a.generation - b.generation || a.refusals - b.refusals;

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
