/** What a person may have to hear of a run, once since its last milestone. */
export const RUN_TROUBLES = [
  'blocked',
  'budget',
  'cap',
  'failed',
  'flood',
  'fill',
  'lasting',
  'lost',
  'lost-log',
  'no-space',
  'overlong-tool',
  'permission',
  'poison',
  'recovery',
  'repeated',
  'unattended',
] as const;
export type RunTrouble = (typeof RUN_TROUBLES)[number];

/** `damaged`: a copy took the place of the database. `forgotten`: runs have files and are not in it. `unreadable`: rows of it are damaged. */
export const STATE_FINDINGS = ['damaged', 'forgotten', 'unreadable'] as const;

/** What is escalated about a run: its own trouble, or the name of a hold of its account. */
export type Escalated = RunTrouble | HoldName;
export type HoldName = 'auth' | 'limit' | `${'auth' | 'limit'} ${string}`;

/** Why a person should hear of something. What comes from one cause is one notice. */
export type Cause =
  | { readonly about: 'run'; readonly trouble: RunTrouble; readonly run: string }
  /** Shared by all runs of the account. */
  | { readonly about: 'account'; readonly hold: HoldName; readonly account: string }
  | { readonly about: 'disk'; readonly path: string; readonly isReadOnly: boolean }
  /** Several runs died at once. */
  | { readonly about: 'outbreak' }
  /** Dogwatch's own state. */
  | { readonly about: 'state'; readonly finding: (typeof STATE_FINDINGS)[number] }
  /** Of another version of dogwatch. */
  | { readonly about: 'unknown'; readonly key: string };

export const causeOf = (escalated: Escalated, { id, spec }: { readonly id: string; readonly spec: { readonly account: string } }): Cause =>
  isHoldName(escalated) ? { about: 'account', hold: escalated, account: spec.account } : { about: 'run', trouble: escalated, run: id };

/** It is of this machine, and of no run. */
export const isOfHost = ({ about }: Cause): boolean => about === 'disk' || about === 'outbreak' || about === 'state';

/** The cause as one text: it is kept on the disk and sent to receivers. */
export function key(cause: Cause): string {
  switch (cause.about) {
    case 'run':
      return `${cause.trouble}/${cause.run}`;
    case 'account':
      return `${cause.hold}/${cause.account}`;
    case 'disk':
      return `disk ${cause.path}${cause.isReadOnly ? READ_ONLY : ''}`;
    case 'outbreak':
      return OUTBREAK;
    case 'state':
      return `state ${cause.finding}`;
    case 'unknown':
      return cause.key;
  }
}

/** The cause of that key. */
export function causeAt(text: string): Cause {
  if (text === OUTBREAK) return { about: 'outbreak' };
  if (text.startsWith('disk ')) {
    const path = text.slice('disk '.length);
    const isReadOnly = path.endsWith(READ_ONLY);
    return { about: 'disk', path: isReadOnly ? path.slice(0, -READ_ONLY.length) : path, isReadOnly };
  }
  const finding = STATE_FINDINGS.find((known) => text === `state ${known}`);
  if (finding !== undefined) return { about: 'state', finding };
  const [, hold, account] = OF_ACCOUNT.exec(text) ?? OF_OTHER_ACCOUNT.exec(text) ?? [];
  if (hold !== undefined && account !== undefined) return { about: 'account', hold: hold as HoldName, account };
  const slash = text.indexOf('/');
  const trouble = RUN_TROUBLES.find((known) => known === text.slice(0, Math.max(0, slash)));
  return trouble === undefined ? { about: 'unknown', key: text } : { about: 'run', trouble, run: text.slice(slash + 1) };
}

const OUTBREAK = 'common-cause';
const READ_ONLY = ' read-only';

/** An account is `agent/provider/hash`. The name of a hold may have slashes, too: in the name of its model. */
const OF_ACCOUNT = /^((?:auth|limit)(?: .+)?)\/([^/]+\/[^/]+\/[0-9a-f]{12})$/s;
const OF_OTHER_ACCOUNT = /^((?:auth|limit)(?: [^/]+)?)\/(.*)$/s;

const isHoldName = (escalated: Escalated): escalated is HoldName => /^(?:auth|limit)(?: |$)/.test(escalated);
