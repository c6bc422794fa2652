import type { Asks } from '../asks/ask.ts';
import type { CapState } from '../spend/cap-state.ts';
import type { RunSpend } from '../spend/run.ts';
import type { Attempt } from './attempt.ts';
import type { Hold, Instant, LogCursor, RunSpec, RunState } from './facts.ts';
import type { PolicyChanges } from './policy.ts';
import type { Recoveries, Recovery } from './recovery.ts';
import type { Streak } from './streak.ts';

export type { Attempt, DeadAttempt, DyingAttempt, LivingAttempt } from './attempt.ts';

export interface Run {
  readonly id: string;
  readonly name: string;
  readonly generation: number;
  readonly spec: RunSpec;
  readonly state: RunState;
  /**
   * The settings that the operator changed since it was registered: as they were, and as they are
   * in its spec. Absent if none.
   */
  readonly changed?: { readonly was: PolicyChanges; readonly is: PolicyChanges };
  /** Why it is in this state, in words. */
  readonly because: string;
  readonly since: Instant;
  readonly registeredAt: Instant;
  readonly attempt: Attempt | null;
  /** The highest attempt number ever decided: numbers are never reused. */
  readonly tried: number;
  readonly session: string | null;
  /** The action in flight: no other is decided before it is settled. */
  readonly pending:
    | { readonly id: string; readonly kind: 'resume'; readonly attempt: number; readonly mode: Attempt['mode']; readonly at: Instant }
    | { readonly id: string; readonly kind: 'end' | 'recover' | 'end-recovery'; readonly attempt: number; readonly at: Instant }
    | null;
  /** When the next resume is due, or null if none is planned. */
  readonly due: { readonly at: Instant; readonly because: string } | null;
  /** Numbers of the resumes charged to the budget since the last milestone. */
  readonly charged: readonly number[];
  readonly resumes: number;
  readonly milestone: { readonly attempt: number; readonly at: Instant; readonly what: string } | null;
  /**
   * The attempt of the last strong milestone. Here and below, optional fields are absent in runs of
   * older builds.
   */
  readonly strongMilestone?: number;
  /** Resumes that weak milestones (only new content) took off the budget since a strong one. */
  readonly takenOff?: number;
  /** Whether the last attempt that ended had worked. */
  readonly lastEnd?: {
    readonly attempt: number;
    readonly hasWorked: boolean;
    readonly hasVisiblyWorked?: boolean;
    readonly endedWell: boolean;
  };
  /** Why no evidence of progress is available, as of the last look, or null if there is some. */
  readonly noEvidence?: string | null;
  /** Why the last start failed, or null if it did not. */
  readonly startProblem?: string | null;
  /** The last failed check: its exit status, and how often in a row it could not be run at all. */
  readonly failedCheck?: { readonly status: number | null; readonly unrunnable: number } | null;
  /**
   * High-water marks and what was seen, so that only new things count. `seen` holds short hashes.
   */
  readonly marks: {
    readonly baseline: boolean;
    readonly todos: number;
    readonly progress: number | null;
    readonly seen: readonly string[];
    /** The commits of all refs were recorded once: what existed then is no achievement. */
    readonly refs?: boolean;
    /**
     * The same for other repositories that the agent has moved to, by short hashes of their
     * locations.
     */
    readonly places?: readonly string[];
  };
  readonly streak: Streak;
  /** A session was given up: its replacement must be informed of the earlier work. */
  readonly gaveUpSession: boolean;
  /**
   * The last attempt that was killed or could not be started (monotonic ms) without a known reason,
   * or null if none was.
   */
  readonly shot: { readonly attempt: number; readonly mono: number; readonly isStart: boolean } | null;
  readonly paused: { readonly because: string; readonly at: Instant } | null;
  /** The operator wants it stopped; it is `stopped` once every process is proven gone. */
  readonly stopping: { readonly because: string; readonly at: Instant } | null;
  /**
   * Its log filled a disk, in words: it is ended, and a person must resume it. Null or absent if
   * not.
   */
  readonly flooded?: string | null;
  /**
   * The last attempt whose files filled a disk, how many did since a person looked, and what was
   * measured. Absent if none did.
   */
  readonly filled?: { readonly attempt: number; readonly times: number; readonly because: string } | null;
  /**
   * The living attempt that ends with its turn because the run has to wait, and how many turns it
   * had finished before. `isEnding`: it is being ended for that. Null or absent if there is none.
   */
  readonly parking?: { readonly attempt: number; readonly turns: number; readonly isEnding: boolean } | null;
  /**
   * The attempt that the operator wanted although hours or a reserve held the run. Null or absent
   * if there is none.
   */
  readonly anyway?: { readonly attempt: number; readonly at: Instant } | null;
  /** The agent said that it needs a person. */
  readonly blocked: string | null;
  /** False while the host has DOGWATCH_ENABLED=0: observe only. */
  readonly hostEnabled: boolean;
  readonly holds: readonly Hold[];
  /** A claim of done that waits for its check. */
  readonly claim: { readonly by: string; readonly because: string; readonly attempt: number } | null;
  /** Why the run is known to be done, or null if it is not. */
  readonly proof: string | null;
  /** Output of the last failed check; goes into the next prompt. */
  readonly refusal: string | null;
  readonly operatorPrompt: string | null;
  /** Open questions, so that none is asked twice. */
  readonly asked: { readonly check: Instant | null; readonly evidence: Instant | null; readonly session: Instant | null };
  /** The last attempt for which each question was answered. */
  readonly answered: { readonly check: number; readonly evidence: number; readonly session: number };
  /** A reason why the next resume is not charged to the budget. */
  readonly excuse:
    | 'boot'
    | 'common-cause'
    | 'transient'
    | 'limit'
    | 'auth'
    | 'disk'
    | 'operator'
    | 'recovery'
    | 'lost'
    | 'parked'
    | 'cap'
    | null;
  /**
   * The recovery agent that mends it, or did so last. Null if none did since the run went on or the
   * operator resumed it.
   */
  readonly recovery: Recovery | null;
  readonly recoveries: Recoveries;
  /** When the supervisor last requested a recovery, or null if it never did. */
  readonly attendedAt: Instant | null;
  readonly cursors: Readonly<Record<string, LogCursor>>;
  /** How far the journal of each unit was read. */
  readonly journals: Readonly<Record<string, string>>;
  /** What its agent has asked a person, and the answers that always hold. Absent if nothing. */
  readonly asks?: Asks;
  /** What is remembered about its caps. Absent if nothing is. */
  readonly caps?: CapState;
  /** What all attempts and recovery agents used. Absent if none said anything. */
  readonly spend?: RunSpend;
}

/** Ended for good: nothing is resumed, and the name is free again. */
export const isOver = ({ state }: Pick<Run, 'state'>): boolean => state === 'complete' || state === 'stopped' || state === 'failed';

/** Still of interest to the watchdog: not over, or over with a process left to end. */
export const isActive = (run: Run): boolean =>
  !isOver(run) || run.pending !== null || (run.attempt !== null && (run.attempt.alive || run.attempt.survivors !== 'none'));
