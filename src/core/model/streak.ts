import type { RunTrouble } from './cause.ts';

/** What has happened in a row: it starts again together, and a person is notified of a trouble once in it. */
export interface Streak {
  /** Deaths in a row after attempts that neither made a milestone nor were active for long: the exponent of the backoff. */
  readonly shortDeaths: number;
  readonly transients: number;
  /** Resumes in a row that did nothing. */
  readonly noops: number;
  readonly freshStarts: number;
  readonly startFailures: number;
  /** Attempts that died of a full disk, as they said. */
  readonly noSpaces: number;
  /** Tool that ran into the longest time a tool may take, once. */
  readonly overlongTool: string | null;
  /** Resumes in a row of one session that the provider refused for what the session contains. */
  readonly refusals: number;
  readonly repeated: Repeated | null;
  /** What a person was notified of. */
  readonly notified: readonly RunTrouble[];
}

/** How attempts in a row have failed in the same way, with nothing done in between. */
export interface Repeated {
  /** What is the same of all of them: numbers, times and ids are left out. */
  readonly signature: string;
  readonly count: number;
  /** How the last of them failed, in words. */
  readonly words: string;
  /** It can't pass by itself: somebody has to put something right. */
  readonly isLasting: boolean;
}

/** A run as it begins, and as its operator resumes it. */
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

/** A milestone lifts no backoff: that is for the attempt which made it to earn. */
export const afterMilestone = ({ shortDeaths, startFailures }: Streak): Streak => ({ ...NO_STREAK, shortDeaths, startFailures });

/** The attempt after a recovery is tried without a backoff. Whether the trouble is over, and who was told of it, is still open. */
export const forTrial = ({ freshStarts, refusals, repeated, notified }: Streak): Streak => ({
  ...NO_STREAK,
  freshStarts,
  refusals,
  repeated,
  notified,
});

export const alsoNotified = (streak: Streak, cause: RunTrouble): Streak =>
  streak.notified.includes(cause) ? streak : { ...streak, notified: [...streak.notified, cause] };

/** A run that was stored before its streak was one record, under older names; two fields were left out while there were none. */
export type WithoutStreak<R extends { readonly streak: Streak }> = Omit<R, 'streak'> &
  Omit<Streak, 'refusals' | 'repeated' | 'notified'> &
  Partial<Pick<Streak, 'refusals' | 'repeated'>> & { readonly told: Streak['notified'] };

/** The run as it was stored by this build or by one before it. */
export function withStreak<R extends { readonly streak: Streak }>(stored: R | WithoutStreak<R>): R {
  if ('streak' in stored) return stored as R;
  const { shortDeaths, transients, noops, freshStarts, startFailures, noSpaces, overlongTool, told, ...others } = stored;
  const { refusals = 0, repeated = null, ...rest } = others as Partial<Streak>;
  const streak = { shortDeaths, transients, noops, freshStarts, startFailures, noSpaces, overlongTool, refusals, repeated, notified: told };
  return { ...rest, streak } as unknown as R;
}
