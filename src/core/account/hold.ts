import type { HoldName } from '../model/cause.ts';
import type { Hold, Instant, Provenance, Source } from '../model/facts.ts';
import type { Run } from '../model/run.ts';

/** Why the runs of an account are not resumed: a usage limit that is spent, or credentials that were refused. Shared by all of them. */
export interface AccountHold {
  readonly account: string;
  readonly kind: 'limit' | 'auth';
  /** Which limit; empty for refused credentials. */
  readonly limit: string;
  /** Null: it holds every run of the account; else only those that work with this model (`name: null`: the agent's default). */
  readonly model: { readonly name: string | null } | null;
  /** What the agent said, for people. */
  readonly text: string;
  /** A cap on money, or an administrator's: for a person to lift. */
  readonly isCap: boolean;
  readonly since: Instant;
  /** The reset that was stated, ms since the epoch; null: none was. */
  readonly resetsAtWall: number | null;
  readonly provenance: Provenance | null;
  /** Known by plain words of the agent alone; left out: by an event. */
  readonly source?: Source;
  /** Words that another attempt met, too: believed like an event. */
  readonly met?: boolean;
  /** None of its runs is resumed before this; null: no clock releases it. */
  readonly untilWall: number | null;
  /** Probes that were refused since it began. */
  readonly refusals: number;
  /** The attempts that can tell whether it is over: the one that reported it, and the one that goes first. */
  readonly reporter: AttemptId;
  readonly probe: AttemptId | null;
  /** A person was told. */
  readonly told: boolean;
  /** State of the credentials' files when it was first looked at. */
  readonly credentials: string | null;
}

export interface AttemptId {
  readonly run: string;
  readonly attempt: number;
}

/** Those of the holds of its account that concern a run: what one attempt alone said in plain words concerns no other run. */
export const holdsOf = (run: Run, holds: readonly AccountHold[]): readonly AccountHold[] =>
  holds.filter((hold) => isOfModel(hold, run) && (!isDoubtful(hold) || hold.reporter.run === run.id));

export const isOfModel = ({ model }: AccountHold, run: Run): boolean => model === null || model.name === run.spec.model;

/** Known by plain words of one attempt, which anybody who shares its output may have written. */
export const isDoubtful = ({ source, met }: AccountHold): boolean => source === 'words' && met !== true;

/** What keeps a dead run from being resumed now; null: nothing does, or it is the one that goes first. */
export function waitsFor(run: Run, holds: readonly AccountHold[], at: Instant): AccountHold | null {
  // What the operator asks for is tried. So is a run that was registered while credentials are refused: somebody is there who may have mended them.
  if (run.excuse === 'operator') return null;
  const concerning = holdsOf(run, holds).filter(({ kind }) => kind === 'limit' || run.attempt !== null);
  const isShut = (hold: AccountHold): boolean =>
    hold.untilWall === null || isAhead(hold.untilWall, run, at) || (hold.probe !== null && hold.probe.run !== run.id);
  return concerning.filter(isShut).sort((a, b) => end(b) - end(a))[0] ?? null;
}

/** Slack and jitter that a hold may last beyond the longest limit. */
const CEILING_SLACK_MS = 3_600_000;

/** True until that date; one further ahead than any limit lasts was made by a clock that has been set back since, and is not waited for. */
export const isAhead = (untilWall: number, { spec }: Run, { wall }: Instant): boolean =>
  untilWall > wall && untilWall <= wall + spec.policy.limitCeilingMs + CEILING_SLACK_MS;

const end = ({ untilWall }: AccountHold): number => untilWall ?? Number.POSITIVE_INFINITY;

/** The hold as a run shows it. */
export const asHold = (hold: AccountHold): Hold => ({ kind: hold.kind, untilWall: hold.untilWall, because: inWords(hold) });

/** Which of the holds of its account it is. */
export function nameOf({ kind, limit, model }: AccountHold): HoldName {
  const words = [limit, ...(model === null ? [] : ['of', model.name ?? 'the default model'])].filter((word) => word !== '');
  return words.length === 0 ? kind : `${kind} ${words.join(' ')}`;
}

/** What it is, since what was said, and how well its end is known. */
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

/** Until when a silent attempt is left alone because its account is held and it reported so itself: ms since the epoch; null: it is not. */
export function leftAloneUntil(run: Run, holds: readonly AccountHold[], at: Instant): number | null {
  if (run.attempt?.trouble?.kind !== 'limit') return null;
  const ends = holdsOf(run, holds).flatMap(({ kind, untilWall }) =>
    kind === 'limit' && untilWall !== null && isAhead(untilWall, run, at) ? untilWall : [],
  );
  return ends.length === 0 ? null : Math.max(...ends);
}
