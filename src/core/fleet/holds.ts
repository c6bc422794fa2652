import type { Provenance } from '../model/facts.ts';

/**
 * What one host says of a limit of an account. Each host writes only its own; what holds is the
 * greatest of all. Generations count how often the limit was met anew after it was over.
 */
export interface HoldSaid {
  readonly generation: number;
  readonly phase: 'held' | 'released';
  /** Refused probes. */
  readonly refusals: number;
  readonly provenance: Provenance;
  /** Wall time of the reset, ms since the epoch, or null if no clock releases it. */
  readonly untilWall: number | null;
}

/** Further ahead than any limit lasts, and an hour: such a date comes from a wrong clock. */
const CEILING_MS = 8 * 86_400_000 + 3_600_000;

const SURE: Readonly<Record<Provenance, number>> = { assumed: 1, prose: 2, structured: 3 };

/**
 * Which of two sayings counts: the newer generation, its release before its hold, the one that was
 * refused more often, the more certain one, the later one. A total order, so that it does not
 * matter in which order, how often, and from how many hosts they arrive.
 */
export function compareHolds(a: HoldSaid, b: HoldSaid): number {
  return (
    a.generation - b.generation ||
    Number(a.phase === 'released') - Number(b.phase === 'released') ||
    a.refusals - b.refusals ||
    SURE[a.provenance] - SURE[b.provenance] ||
    compareEnds(a.untilWall, b.untilWall)
  );
}

function compareEnds(a: number | null, b: number | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  return b === null ? -1 : a - b;
}

/** What counts of all that is said, or null if nothing is. */
export const mergedHold = (said: readonly HoldSaid[]): HoldSaid | null =>
  said.reduce<HoldSaid | null>((most, one) => (most === null || compareHolds(one, most) > 0 ? one : most), null);

/** One wrong clock must not hold a fleet. */
export const isCredible = ({ untilWall }: HoldSaid, nowWall: number): boolean => untilWall === null || untilWall <= nowWall + CEILING_MS;

/** A limit that an attempt of this host has met. */
export interface LimitMet extends Pick<HoldSaid, 'provenance' | 'untilWall'> {
  /** The attempt began before this host knew of the release that counts now. */
  readonly beganBeforeRelease: boolean;
  /** The attempt was the probe. */
  readonly isProbe: boolean;
}

/**
 * What this host says after that, or null if it adds nothing: an attempt that began before the
 * limit was over reports the old one, unless it names a later end.
 */
export function saidAfter(counts: HoldSaid | null, met: LimitMet): HoldSaid | null {
  const { provenance, untilWall } = met;
  const anew = (generation: number): HoldSaid => ({ generation, phase: 'held', refusals: 0, provenance, untilWall });
  if (counts === null) return anew(1);
  if (counts.phase === 'released') {
    const isOld = met.beganBeforeRelease && compareEnds(untilWall, counts.untilWall) <= 0;
    return isOld ? null : anew(counts.generation + 1);
  }
  const said: HoldSaid = { ...counts, provenance, untilWall, refusals: counts.refusals + (met.isProbe ? 1 : 0) };
  return compareHolds(said, counts) > 0 ? said : null;
}

/** What a host says whose probe was not refused. */
export const released = (counts: HoldSaid): HoldSaid => ({ ...counts, phase: 'released' });
