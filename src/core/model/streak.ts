import type { RunTrouble } from './cause.ts';

/**
 * What has happened in a row. It starts again as one, and a person is notified of each trouble once
 * per streak.
 */
export interface Streak {
  /**
   * Deaths in a row of attempts without a milestone or long activity: the exponent of the backoff.
   */
  readonly shortDeaths: number;
  readonly transients: number;
  /** Resumes in a row that did nothing. */
  readonly noops: number;
  readonly freshStarts: number;
  readonly startFailures: number;
  /** Attempts that died of a full disk, as they reported. */
  readonly noSpaces: number;
  /** The tool that exceeded DOGWATCH_MAX_TOOL once. */
  readonly overlongTool: string | null;
  /** Resumes in a row of one session that the provider refused because of its content. */
  readonly refusals: number;
  readonly repeated: Repeated | null;
  /** The attempts that were ended because their agent went in a circle. Absent if none was. */
  readonly loop?: WentNowhere;
  /** The attempts in a row that were ended because they made no milestone. Absent if none was. */
  readonly stall?: WentNowhere;
  /** What a person was notified of. */
  readonly notified: readonly RunTrouble[];
}

/** How often an attempt was ended for the same reason, the last one, and what it did. */
export interface WentNowhere {
  readonly attempt: number;
  readonly times: number;
  readonly because: string;
}

/** How attempts in a row failed in the same way, with nothing done in between. */
export interface Repeated {
  /** What all of them have in common: numbers, times and ids are removed. */
  readonly signature: string;
  readonly count: number;
  /** How the last of them failed, in words. */
  readonly words: string;
  /** It cannot pass by itself: a person must fix something. */
  readonly isLasting: boolean;
}

/** A new run, and a run that its operator resumes. */
export const NO_STREAK: Streak = {
  shortDeaths: 0,
  transients: 0,
  noops: 0,
  freshStarts: 0,
  startFailures: 0,
  noSpaces: 0,
  overlongTool: null,
  refusals: 0,
  repeated: null,
  notified: [],
};

/** A milestone lifts no backoff: the attempt that made it must earn that. */
export const afterMilestone = ({ shortDeaths, startFailures }: Streak): Streak => ({ ...NO_STREAK, shortDeaths, startFailures });

/** A weak milestone proves neither that the agent left its circle nor that it will go on. */
export function afterWeakMilestone({ stall: _, ...streak }: Streak): Streak {
  return { ...streak, repeated: null };
}

/**
 * The attempt after a recovery is tried without a backoff. Whether the trouble is over stays open,
 * and so does who was notified of it.
 */
export const forTrial = ({ freshStarts, refusals, repeated, notified, loop, stall }: Streak): Streak => ({
  ...NO_STREAK,
  ...(loop !== undefined && { loop }),
  ...(stall !== undefined && { stall }),
  freshStarts,
  refusals,
  repeated,
  notified,
});

export const alsoNotified = (streak: Streak, cause: RunTrouble): Streak =>
  streak.notified.includes(cause) ? streak : { ...streak, notified: [...streak.notified, cause] };

/**
 * A run stored before its streak became one record, under older names; two fields were absent while
 * empty.
 */
export type WithoutStreak<R extends { readonly streak: Streak }> = Omit<R, 'streak'> &
  Omit<Streak, 'refusals' | 'repeated' | 'notified'> &
  Partial<Pick<Streak, 'refusals' | 'repeated'>> & { readonly told: Streak['notified'] };

/** The run as stored by this build or an earlier one. */
export function withStreak<R extends { readonly streak: Streak }>(stored: R | WithoutStreak<R>): R {
  if ('streak' in stored) return stored as R;
  const { shortDeaths, transients, noops, freshStarts, startFailures, noSpaces, overlongTool, told, ...others } = stored;
  const { refusals = 0, repeated = null, ...rest } = others as Partial<Streak>;
  const streak = { shortDeaths, transients, noops, freshStarts, startFailures, noSpaces, overlongTool, refusals, repeated, notified: told };
  return { ...rest, streak } as unknown as R;
}
