import type { Instant } from '../model/facts.ts';
import type { Attempt, Run } from '../model/run.ts';

/** The least time between two looks at the job while an attempt lives: each runs git. */
const LEAST_LOOK_MS = 10 * 60_000;
const LOOKS = 8;
/** A tool that runs for this long may end after the stall was due. */
const LONG_TOOL_MS = 10 * 60_000;

/** Times of an attempt that must make a milestone, monotonic in ms. */
export interface Stall {
  /** Without a milestone, it is ended at the first look from then on. */
  readonly dueMono: number;
  /** When the job is looked at next, or infinity while a look is open. */
  readonly lookMono: number;
  /** The last look was made after it was due, and all of the evidence could be seen. */
  readonly isProven: boolean;
}

/** The stall of a living attempt, or null if nothing limits it. */
export function stallOf({ spec, milestone, noEvidence }: Run, attempt: Attempt): Stall | null {
  const maxMs = spec.policy.maxStallMs ?? 0;
  if (maxMs === 0) return null;
  const everyMs = Math.max(maxMs / LOOKS, LEAST_LOOK_MS);
  const begunMono = attempt.startedAt.mono;
  // A milestone of an earlier attempt may be from another boot.
  const lastMilestoneMono = milestone?.attempt === attempt.number ? milestone.at.mono : begunMono;
  // What it achieved before the first look at the job is unknown.
  const sinceMono = Math.max(begunMono, lastMilestoneMono, attempt.glance?.seenSince?.mono ?? begunMono);
  const dueMono = afterTool(attempt, sinceMono + maxMs, everyMs);
  const { asked = null, answered = null, isComplete = false } = attempt.glance ?? {};
  const lastMono = answered?.mono ?? begunMono;
  const nextMono = lastMono >= dueMono ? lastMono + everyMs : Math.min(lastMono + everyMs, dueMono);
  return {
    dueMono,
    lookMono: asked === null ? nextMono : Number.POSITIVE_INFINITY,
    isProven: answered !== null && lastMono >= dueMono && isComplete && noEvidence == null,
  };
}

/**
 * DOGWATCH_MAX_TOOL limits a running tool. If it was still running when the attempt was due, the
 * agent gets the time of one look to make something of its result.
 */
function afterTool({ longTool }: Attempt, dueMono: number, graceMs: number): number {
  if (longTool === undefined || longTool.since.mono >= dueMono) return dueMono;
  return Math.max(dueMono, longTool.until.mono + graceMs);
}

/** The attempt is silent while a tool runs, as of the last sample. */
export const isInTool = ({ tool, sampledAt, lastActivity, startedAt }: Attempt): boolean =>
  tool !== null && sampledAt !== null && sampledAt.mono >= (lastActivity ?? startedAt).mono;

/** The attempt after it was active again, with the long tool that it waited for. */
export function afterWaiting(before: Attempt, after: Attempt, at: Instant): Attempt {
  if (before.tool === null || !isInTool(before) || at.mono - before.tool.since.mono < LONG_TOOL_MS) return after;
  return { ...after, longTool: { since: before.tool.since, until: at } };
}
