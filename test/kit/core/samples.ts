import type { AccountHold } from '../../../src/core/account/hold.ts';
import type { Instant, LogCursor } from '../../../src/core/model/facts.ts';
import type { Attempt, DeadAttempt, DyingAttempt, LivingAttempt, Run } from '../../../src/core/model/run.ts';

const HOUR_MS = 3_600_000;

export const CURSOR: LogCursor = { dev: 1, ino: 2, birthMs: 3, offset: 4, marker: 'm', countedOffset: 4, midLine: false };

/**
 * A weekly limit that another run reported at this moment and that ends in an hour, except for the
 * given fields.
 */
export const holdOf = (account: string, since: Instant, patch: Partial<AccountHold> = {}): AccountHold => ({
  account,
  kind: 'limit',
  limit: 'weekly',
  model: null,
  text: 'spent',
  isCap: false,
  since,
  resetsAtWall: null,
  provenance: null,
  untilWall: since.wall + HOUR_MS,
  refusals: 0,
  reporter: { run: 'other-1', attempt: 1 },
  probe: null,
  told: false,
  credentials: null,
  ...patch,
});

/** The attempt of a run that has one. */
export function attemptOf({ id, attempt }: Run): Attempt {
  if (attempt === null) throw new Error(`${id} has no attempt`);
  return attempt;
}

/** Fields of an attempt in any phase of its life. */
export type AttemptPatch = Partial<{ [Key in keyof DeadAttempt]: DeadAttempt[Key] | DyingAttempt[Key] | LivingAttempt[Key] }>;

/** The attempt with other fields, whatever phase they make of it. */
export const attemptWith = (attempt: Attempt, patch: AttemptPatch): Attempt => ({ ...attempt, ...patch }) as Attempt;

/** A run with this attempt and these fields; null for no attempt. */
export const having = (run: Run, attempt: AttemptPatch | null, patch: Partial<Run> = {}): Run => ({
  ...run,
  attempt: attempt === null ? null : attemptWith(attemptOf(run), attempt),
  ...patch,
});
