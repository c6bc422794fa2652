/**
 * The settings that decide about a run, frozen when it is registered, by the names that they have in `SETTINGS`. This list is the only
 * one: the type, the schema of requests and the reading of settings follow from it. Durations are in ms.
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
  /** Activity for longer than this lets the next resume be prompt. */
  promptAfterMs: 'number',
  /** An attempt that lingers after the run is complete is ended after this. */
  lingerMs: 'number',
  permissionGraceMs: 'number',
  graceMs: 'number',
  checkTimeoutMs: 'number',
  evidenceTimeoutMs: 'number',
  /** Least wait after a stated reset of a usage limit; up to two and a half times as much with jitter. */
  limitSlackMs: 'number',
  /** Distance of the first probe of a limit whose reset nobody stated; doubles up to the greatest. */
  probeMinMs: 'number',
  probeMaxMs: 'number',
  /** A reset that is stated to be further away than this is not believed. */
  limitCeilingMs: 'number',
  /** Runs that are released together come back spread over this. */
  staggerMs: 'number',
} as const;

type Fields = typeof POLICY_FIELDS;
export type PolicyField = keyof Fields;
export type Policy = { readonly [Field in PolicyField]: Fields[Field] extends 'flag' ? boolean : number };

/** A policy out of something that has all its fields, and others. */
export const policyFrom = (all: Policy): Policy =>
  Object.fromEntries((Object.keys(POLICY_FIELDS) as PolicyField[]).map((field) => [field, all[field]])) as Policy;
