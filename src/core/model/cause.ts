/** Troubles of a run that a person is notified of, once per milestone. */
export const RUN_TROUBLES = [
  'blocked',
  'budget',
  'cap',
  'cost',
  'failed',
  'flood',
  'fill',
  'lasting',
  'loop',
  'lost',
  'lost-log',
  'memory',
  'no-space',
  'overlong-tool',
  'permission',
  'poison',
  'question',
  'recovery',
  'repeated',
  'stall',
  'unattended',
  'unknown-cost',
] as const;
export type RunTrouble = (typeof RUN_TROUBLES)[number];

/**
 * `damaged`: a copy replaced the database. `forgotten`: runs have files but are not in it.
 * `unreadable`: some of its rows are damaged.
 */
export const STATE_FINDINGS = ['damaged', 'forgotten', 'unreadable'] as const;

/** `host`: it is silent. `network`: many are, together. `engine`: it does not answer this host. */
const OF_FLEET = ['host', 'network', 'engine'] as const;

/** What is escalated about a run: its own trouble, or the name of one of its account's holds. */
export type Escalated = RunTrouble | QuestionName | HoldName;
/** Each question of a run, by its number, is a cause of its own. */
export type QuestionName = `question ${number}`;
export type HoldName = 'auth' | 'limit' | `${'auth' | 'limit' | 'reserve'} ${string}`;

/** Why a person is notified. Everything with one cause is one notice. */
export type Cause =
  | {
      readonly about: 'run';
      readonly trouble: RunTrouble;
      readonly run: string;
      /** Which question it is. Absent for other troubles, and in notices of older builds. */
      readonly question?: number;
    }
  /** Shared by all runs of the account. */
  | { readonly about: 'account'; readonly hold: HoldName; readonly account: string }
  | { readonly about: 'disk'; readonly path: string; readonly isReadOnly: boolean }
  /** Several runs died at once. */
  | { readonly about: 'outbreak' }
  /** All runs have spent what they may in a day. */
  | { readonly about: 'day-spent' }
  /** Dogwatch's own state. */
  | { readonly about: 'state'; readonly finding: (typeof STATE_FINDINGS)[number] }
  /** Another host of the fleet, the way to several of them, or to its engine. */
  | { readonly about: 'fleet'; readonly what: (typeof OF_FLEET)[number]; readonly host: string }
  /** From another version of dogwatch. */
  | { readonly about: 'unknown'; readonly key: string };

export const causeOf = (escalated: Escalated, { id, spec }: { readonly id: string; readonly spec: { readonly account: string } }): Cause =>
  isHoldName(escalated) ? { about: 'account', hold: escalated, account: spec.account } : { about: 'run', ...troubleOf(escalated), run: id };

/** True if it concerns this machine rather than a run. */
export const isOfHost = ({ about }: Cause): boolean =>
  about === 'disk' || about === 'outbreak' || about === 'day-spent' || about === 'state' || about === 'fleet';

/** The cause as one text, which is stored on disk and sent to receivers. */
export function key(cause: Cause): string {
  switch (cause.about) {
    case 'run':
      return `${cause.trouble}${cause.question === undefined ? '' : ` ${cause.question}`}/${cause.run}`;
    case 'account':
      return `${cause.hold}/${cause.account}`;
    case 'disk':
      return `disk ${cause.path}${cause.isReadOnly ? READ_ONLY : ''}`;
    case 'outbreak':
      return OUTBREAK;
    case 'day-spent':
      return DAY_SPENT;
    case 'state':
      return `state ${cause.finding}`;
    case 'fleet':
      return `fleet ${cause.what}${cause.host === '' ? '' : ` ${cause.host}`}`;
    case 'unknown':
      return cause.key;
  }
}

/** Parses a key into its cause. */
export function causeAt(text: string): Cause {
  if (text === OUTBREAK) return { about: 'outbreak' };
  if (text === DAY_SPENT) return { about: 'day-spent' };
  if (text.startsWith('disk ')) {
    const path = text.slice('disk '.length);
    const isReadOnly = path.endsWith(READ_ONLY);
    return { about: 'disk', path: isReadOnly ? path.slice(0, -READ_ONLY.length) : path, isReadOnly };
  }
  const finding = STATE_FINDINGS.find((known) => text === `state ${known}`);
  if (finding !== undefined) return { about: 'state', finding };
  const [of, aspect, ...rest] = text.split(' ');
  const what = OF_FLEET.find((known) => known === aspect);
  if (of === 'fleet' && what !== undefined) return { about: 'fleet', what, host: rest.join(' ') };
  const [, hold, account] = OF_ACCOUNT.exec(text) ?? OF_OTHER_ACCOUNT.exec(text) ?? [];
  if (hold !== undefined && account !== undefined) return { about: 'account', hold: hold as HoldName, account };
  const slash = text.indexOf('/');
  const name = text.slice(0, Math.max(0, slash));
  if (!isQuestionName(name) && !RUN_TROUBLES.some((known) => known === name)) return { about: 'unknown', key: text };
  return { about: 'run', ...troubleOf(name as RunTrouble | QuestionName), run: text.slice(slash + 1) };
}

const OUTBREAK = 'common-cause';
const DAY_SPENT = 'day-spent';
const READ_ONLY = ' read-only';

/**
 * An account is `agent/provider/hash`. A hold's name may also contain slashes, in the name of its
 * model.
 */
const OF_ACCOUNT = /^((?:auth|limit|reserve)(?: .+)?)\/([^/]+\/[^/]+\/[0-9a-f]{12})$/s;
const OF_OTHER_ACCOUNT = /^((?:auth|limit|reserve)(?: [^/]+)?)\/(.*)$/s;

const isHoldName = (escalated: Escalated): escalated is HoldName => /^(?:auth|limit|reserve)(?: |$)/.test(escalated);

const isQuestionName = (name: string): name is QuestionName => /^question [1-9]\d{0,8}$/.test(name);

const troubleOf = (name: RunTrouble | QuestionName): { readonly trouble: RunTrouble; readonly question?: number } =>
  isQuestionName(name) ? { trouble: 'question', question: Number(name.slice('question '.length)) } : { trouble: name };
