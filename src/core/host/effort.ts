import type { Cause } from '../model/cause.ts';
import type { Instant } from '../model/facts.ts';
import type { ReclaimOutcome, ReclaimStepOutcome } from '../model/host.ts';
import { bytesInWords } from '../values/bytes.ts';

/** What was tried for a filesystem under pressure. */
export interface Effort {
  readonly path: string;
  /** Reclaimers that freed nothing, and until when they rest (ms, monotonic). */
  readonly resting: Readonly<Record<string, number>>;
  /** Everything that was tried, and what it freed. */
  readonly freed: Readonly<Record<string, Freed>>;
  /** Nothing is left to try before this (ms, monotonic), or null if something is. */
  readonly exhaustedUntilMono: number | null;
  readonly largest: readonly string[];
  /** A person was notified that it is not enough. */
  readonly told: boolean;
}

interface Freed {
  readonly tries: number;
  readonly bytes: number;
  readonly problem: string | null;
}

/**
 * A reclaimer that freed nothing rests for this long; one that failed temporarily (an engine that
 * does not answer) rests only briefly.
 */
export const REST_MS = 3_600_000;
export const TROUBLED_REST_MS = 300_000;

/** The effort after this outcome of a reclaim. */
export function judged(effort: Effort, outcome: ReclaimOutcome, { mono }: Instant): Effort {
  const until = (problem: string | null) => mono + (problem === null ? REST_MS : TROUBLED_REST_MS);
  if (outcome.kind !== 'reclaimed') return { ...effort, exhaustedUntilMono: outcome.kind === 'failed' ? until(outcome.because) : null };
  const idle = outcome.steps.filter((step) => !hasFreed(step)).map(({ reclaimer, problem }) => [reclaimer, until(problem)] as const);
  const still = Object.entries(effort.resting).filter(([, untilMono]) => untilMono > mono);
  const resting = Object.fromEntries([...still, ...idle]);
  const freed = { ...effort.freed };
  for (const { reclaimer, measuredBytes, claimedBytes, problem } of outcome.steps) {
    const { tries, bytes } = freed[reclaimer] ?? { tries: 0, bytes: 0 };
    freed[reclaimer] = { tries: tries + 1, bytes: bytes + Math.max(0, measuredBytes ?? claimedBytes), problem };
  }
  const isExhausted = !outcome.isEnough && !outcome.steps.some(hasFreed) && outcome.others.every((name) => name in resting);
  const exhaustedUntilMono = isExhausted ? Math.min(until(null), ...Object.values(resting)) : null;
  return { ...effort, resting, freed, largest: outcome.largest, exhaustedUntilMono };
}

/** The filesystem's own figure counts. If it cannot be measured, the reclaimer's claim does. */
const hasFreed = ({ measuredBytes, claimedBytes, measuredInodes }: ReclaimStepOutcome): boolean =>
  (measuredBytes ?? claimedBytes) > 0 || (measuredInodes ?? 0) > 0;

export const needsTelling = ({ exhaustedUntilMono, told }: Effort): boolean => exhaustedUntilMono !== null && !told;

export const causeOf = ({ path }: Effort): Cause => ({ about: 'disk', path, isReadOnly: false });

/** What was tried, what it freed, and what uses the space. */
export const tried = ({ freed, largest }: Effort): readonly string[] => [
  ...Object.entries(freed).map(([name, { tries, bytes, problem }]) => {
    const what = `${name}: freed ${bytesInWords(bytes)} in ${tries === 1 ? 'one try' : `${tries} tries`}`;
    return problem === null ? what : `${what} (${problem})`;
  }),
  ...largest.map((what) => `takes space: ${what}`),
];

/** The outcome of a reclaim, for people. */
export function reclaimInWords(outcome: ReclaimOutcome): string {
  if (outcome.kind !== 'reclaimed') return `freeing space failed: ${outcome.because}`;
  if (outcome.steps.length === 0) return 'no reclaimer can free space there';
  return outcome.steps
    .map(({ reclaimer, measuredBytes, claimedBytes, measuredInodes, removed, problem }) => {
      const inodes = measuredInodes === null ? '' : ` and ${Math.max(0, measuredInodes)} inodes`;
      const freed = `${reclaimer} removed ${removed} and freed ${bytesInWords(Math.max(0, measuredBytes ?? claimedBytes))}${inodes}`;
      return problem === null ? freed : `${freed} (${problem})`;
    })
    .join(', ');
}
