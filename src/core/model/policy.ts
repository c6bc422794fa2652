import type { Hours } from '../hours/week.ts';

/**
 * What becomes of a living attempt when its run has to wait: it ends by itself, or it is ended when
 * its turn is over, or at once.
 */
export const LIVING = ['finish', 'turn', 'end'] as const;
export type Living = (typeof LIVING)[number];

/**
 * The settings that decide about a run, frozen when it is registered, under their names in
 * `SETTINGS`. This is the only list: the type, the schema of requests and the reading of settings
 * follow from it. Durations are in ms, money is in millionths of a US dollar. Fields with a
 * question mark are absent in runs of older builds, which means the same as 0.
 */
export const POLICY_FIELDS = {
  enabled: 'flag',
  idleMs: 'number',
  startupMs: 'number',
  maxToolMs: 'number',
  quietMs: 'number',
  maxResumes: 'number',
  maxResumesTotal: 'number',
  backoffMinMs: 'number',
  backoffMaxMs: 'number',
  /** After activity longer than this the next resume is prompt. */
  promptAfterMs: 'number',
  /** An attempt that lingers after the run is complete is ended after this. */
  lingerMs: 'number',
  permissionGraceMs: 'number',
  /** A permission that the agent lacks is a question to a person. */
  asks: 'flag?',
  graceMs: 'number',
  checkTimeoutMs: 'number',
  evidenceTimeoutMs: 'number',
  /**
   * The minimum wait after a stated reset of a usage limit; up to two and a half times as much with
   * jitter.
   */
  limitSlackMs: 'number',
  /** Interval of the first probe of a limit without a stated reset; doubles up to the maximum. */
  probeMinMs: 'number',
  probeMaxMs: 'number',
  /** A stated reset further away than this is not believed. */
  limitCeilingMs: 'number',
  /** Runs that are released together are resumed spread over this. */
  staggerMs: 'number',
  /** What the run may cost, and how many tokens it may use; 0 for no cap. */
  maxCostMicros: 'number?',
  maxTokens: 'number?',
  /** An attempt that is further beyond a cap than this is ended in the middle of its turn. */
  costGracePercent: 'number?',
  /** A run with a cap is not resumed once its agent worked without saying what it used. */
  stopsOnUnknownCost: 'flag?',
  /** A larger context than this, in tokens, is not resumed from a cold cache; 0 for any size. */
  freshAboveTokens: 'number?',
  /** When attempts may be started, or null for always. */
  hours: 'hours?',
  /** What becomes of attempts that live when the hours end; absent means `turn`. */
  hoursLiving: 'living?',
  /** The part of each usage window, in percent, that is left to people. */
  limitReservePercent: 'number?',
  /** An attempt that makes the same calls with the same results this often in a row is ended. */
  maxRepeats: 'number?',
  /** An attempt that is active for this long without a milestone is ended. */
  maxStallMs: 'number?',
  /** The most that is kept of a worktree before each attempt, in bytes; 0 for nothing. */
  keepWorktreeBytes: 'number?',
} as const;

type Fields = typeof POLICY_FIELDS;
export type PolicyField = keyof Fields;
type Later = { [Field in PolicyField]: Fields[Field] extends `${string}?` ? Field : never }[PolicyField];
interface Values {
  readonly flag: boolean;
  readonly 'flag?': boolean;
  readonly number: number;
  readonly 'number?': number;
  readonly 'hours?': Hours | null;
  readonly 'living?': Living;
}
type ValueOf<Field extends PolicyField> = Values[Fields[Field]];
export type Policy = { readonly [Field in Exclude<PolicyField, Later>]: ValueOf<Field> } & {
  readonly [Field in Later]?: ValueOf<Field> | undefined;
};

/** Some settings of a run, in place of those that it has. */
export type PolicyChanges = { readonly [Field in PolicyField]?: ValueOf<Field> | undefined };

export const withPolicyChanges = (policy: Policy, changes: PolicyChanges): Policy =>
  ({ ...policy, ...Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) }) as Policy;

/** The first of each pair may not be more than the second. */
export const POLICY_ORDER = [
  ['backoffMinMs', 'backoffMaxMs'],
  ['quietMs', 'idleMs'],
  ['maxResumes', 'maxResumesTotal'],
] as const satisfies readonly (readonly [PolicyField, PolicyField])[];

/** The first pair whose order the policy violates, or null if there is none. */
export const disordered = (policy: Policy): (typeof POLICY_ORDER)[number] | null =>
  POLICY_ORDER.find(([less, more]) => policy[less] > policy[more]) ?? null;

/** Picks the policy out of an object that has all its fields, and others. */
export const policyFrom = (all: Policy): Policy =>
  Object.fromEntries((Object.keys(POLICY_FIELDS) as PolicyField[]).map((field) => [field, all[field]])) as Policy;
