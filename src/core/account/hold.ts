import type { HoldName } from '../model/cause.ts';
import type { Hold, Instant, Provenance, Source } from '../model/facts.ts';
import type { Run } from '../model/run.ts';

/**
 * Why the runs of an account are not resumed: a spent usage limit, or refused credentials. All runs
 * of the account share it.
 */
export interface AccountHold {
  readonly account: string;
  readonly kind: 'limit' | 'auth';
  /** Which limit; empty for refused credentials. */
  readonly limit: string;
  /**
   * Null if it holds every run of the account; otherwise it holds only runs that use this model
   * (`name: null` is the agent's default).
   */
  readonly model: { readonly name: string | null } | null;
  /** What the agent said, for people. */
  readonly text: string;
  /** A spending cap, or one set by an administrator: only a person can lift it. */
  readonly isCap: boolean;
  readonly since: Instant;
  /** The reported reset, ms since the epoch, or null if none was reported. */
  readonly resetsAtWall: number | null;
  readonly provenance: Provenance | null;
  /** `words` if only plain words of the agent report it. Absent if an event does. */
  readonly source?: Source;
  /** Another attempt met the same words, so they are believed like an event. */
  readonly met?: boolean;
  /** None of its runs is resumed before this, or null if no clock releases it. */
  readonly untilWall: number | null;
  /** Refused probes since it began. */
  readonly refusals: number;
  /** The attempts that can show that it is over: the reporter, and the one that probes it. */
  readonly reporter: AttemptId;
  readonly probe: AttemptId | null;
  /** A person was notified. */
  readonly told: boolean;
  /** State of the credential files when they were first examined. */
  readonly credentials: string | null;
}

export interface AttemptId {
  readonly run: string;
  readonly attempt: number;
}

/**
 * The holds of its account that concern a run. What one attempt alone said in plain words concerns
 * no other run.
 */
export const holdsOf = (run: Run, holds: readonly AccountHold[]): readonly AccountHold[] =>
  holds.filter((hold) => isOfModel(hold, run) && (!isDoubtful(hold) || hold.reporter.run === run.id));

export const isOfModel = ({ model }: AccountHold, run: Run): boolean => model === null || model.name === run.spec.model;

/**
 * Known only from plain words of one attempt. Anyone who shares its output may have written them.
 */
export const isDoubtful = ({ source, met }: AccountHold): boolean => source === 'words' && met !== true;

/**
 * The hold that keeps a dead run from being resumed now, or null if nothing does, or if this run is
 * the probe.
 */
export function waitsFor(run: Run, holds: readonly AccountHold[], at: Instant): AccountHold | null {
  // An operator's request is always tried. So is a run registered while credentials are refused:
  // whoever registered it may have fixed them.
  if (run.excuse === 'operator') return null;
  const concerning = holdsOf(run, holds).filter(({ kind }) => kind === 'limit' || run.attempt !== null);
  const isShut = (hold: AccountHold): boolean =>
    hold.untilWall === null || isAhead(hold.untilWall, run, at) || (hold.probe !== null && hold.probe.run !== run.id);
  return concerning.filter(isShut).sort((a, b) => end(b) - end(a))[0] ?? null;
}

/** Slack and jitter that a hold may add to the longest limit. */
const CEILING_SLACK_MS = 3_600_000;

/**
 * True until that date. A date further ahead than any limit lasts comes from a clock that has been
 * set back since, and is ignored.
 */
export const isAhead = (untilWall: number, { spec }: Run, { wall }: Instant): boolean =>
  untilWall > wall && untilWall <= wall + spec.policy.limitCeilingMs + CEILING_SLACK_MS;

const end = ({ untilWall }: AccountHold): number => untilWall ?? Number.POSITIVE_INFINITY;

/** The hold as a run shows it. */
export const asHold = (hold: AccountHold): Hold => ({ kind: hold.kind, untilWall: hold.untilWall, because: inWords(hold) });

/** Which of its account's holds it is. */
export function nameOf({ kind, limit, model }: AccountHold): HoldName {
  const words = [limit, ...(model === null ? [] : ['of', model.name ?? 'the default model'])].filter((word) => word !== '');
  return words.length === 0 ? kind : `${kind} ${words.join(' ')}`;
}

/** What the hold is, what the agent said, and how certain its end is. */
export const inWords = (hold: AccountHold): string => `${stated(hold)}${isDoubtful(hold) ? DOUBT : ''}`;

const DOUBT = '; known from plain words only: other runs are held once another attempt hits it too';

function stated({ account, kind, limit, text, resetsAtWall, provenance, refusals, isCap }: AccountHold): string {
  if (kind === 'auth') return `the credentials of ${account} were refused (${text}); log in again, or \`dogwatch resume\` a run of it`;
  const known =
    resetsAtWall === null
      ? 'no reset time was stated'
      : `resets ${new Date(resetsAtWall).toISOString()} (${KNOWN[provenance ?? 'assumed']})`;
  const refused = refusals === 0 ? '' : `; refused again ${refusals === 1 ? 'once' : `${refusals} times`}`;
  return `the ${limit} limit of ${account} is spent (${text}); ${isCap ? 'a person has to lift it' : known}${refused}`;
}

const KNOWN: Readonly<Record<Provenance, string>> = {
  structured: 'stated in an event',
  prose: 'stated in words',
  assumed: 'stated in words without a time zone',
};

/**
 * Until when a silent attempt is left alone because it reported that its account is held (ms since
 * the epoch), or null if it is not.
 */
export function leftAloneUntil(run: Run, holds: readonly AccountHold[], at: Instant): number | null {
  if (run.attempt?.trouble?.kind !== 'limit') return null;
  const ends = holdsOf(run, holds).flatMap(({ kind, untilWall }) =>
    kind === 'limit' && untilWall !== null && isAhead(untilWall, run, at) ? untilWall : [],
  );
  return ends.length === 0 ? null : Math.max(...ends);
}
