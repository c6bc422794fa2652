import type { Calls } from '../calls/cycle.ts';
import type { AttemptSpend } from '../spend/attempt.ts';
import type { Exit } from '../values/exit.ts';
import type { Instant } from '../values/instant.ts';
import type { ProcessIdentity } from '../values/process-identity.ts';
import type { Source } from './signals.ts';

/** Why an agent may have lost what it did last. */
export type Loss = 'restarted' | 'disk-full';

/** What is known of an attempt in any phase of its life. */
interface AnyAttempt {
  readonly number: number;
  readonly mode: 'start' | 'resume' | 'fresh';
  readonly startedAt: Instant;
  /** The shim that launched it; null for an adopted process. */
  readonly shim: ProcessIdentity | null;
  /**
   * The process whose death ends the attempt, or null until it is known (the shim counts until
   * then).
   */
  readonly agent: ProcessIdentity | null;
  readonly lastActivity: Instant | null;
  /** Log bytes, turns and tool calls in this attempt. */
  readonly bytes: number;
  readonly turns: number;
  readonly tools: number;
  /** How the last finished turn ended, or null if none has finished. */
  readonly lastTurn: 'well' | 'badly' | null;
  /**
   * How often in a row the context was full, without a tool call in between: it compacts and makes
   * no progress.
   */
  readonly overflows: number;
  /**
   * When the last turn ended, if nothing was heard after it; null otherwise, or if no turn has
   * ended.
   */
  readonly turnOver: Instant | null;
  /** The gravest failure that the agent reported since it last worked. */
  readonly trouble: {
    readonly kind: 'limit' | 'transient' | 'auth' | 'context' | 'no-space' | 'permission' | 'session-missing' | 'cap' | 'refused' | 'error';
    readonly text: string;
    readonly resetsAtWall: number | null;
    readonly at: Instant;
    /** Reported in plain words only: over as soon as an event shows the agent working. */
    readonly source?: Source;
  } | null;
  /** It wrote an event: from then on its plain words count less. */
  readonly heard?: boolean;
  /**
   * CPU time at the last sample, and the sample at the start of the current window of CPU activity.
   */
  readonly cpu: {
    readonly cpuMs: number;
    readonly at: Instant;
    readonly windowCpuMs: number;
    readonly windowAt: Instant;
    /** The last full window, sampled without a gap, showed no activity. */
    readonly idle: boolean;
  } | null;
  /**
   * When it last wrote to its own record of the session, as of the last sample: ms since the epoch,
   * or null if unknown.
   */
  readonly wroteWall: number | null;
  /**
   * What happened to its log while it wrote to it (removed, replaced), and whether it can still be
   * read through a descriptor. Null or absent if nothing.
   */
  readonly lostLog?: { readonly because: string; readonly isRead: boolean } | null;
  /** The last sample of its processes; without a fresh one it is never called wedged. */
  readonly sampledAt: Instant | null;
  /**
   * The agent program seen among the processes of a command that did not look like an agent. Absent
   * if none.
   */
  readonly agentSeen?: string;
  /**
   * The last line of its log that is written for people. Absent if there is none or nobody looked.
   */
  readonly lastLine?: string | null;
  /** Its steps when a cap was found to be reached. Absent if none is. */
  readonly stepsAtCap?: number;
  /** What it says it used. Absent if it said nothing yet. */
  readonly spend?: AttemptSpend;
  /** Its last tool calls. Absent if its events describe none. */
  readonly calls?: Calls;
  /** The last look at the job while it lives. Absent if there was none. */
  readonly glance?: Glance;
  /**
   * The counters of its control group as of the last sample, and since when it has been throttled
   * without a pause and without progress. Null or absent if there are none that can be read.
   */
  readonly memory?: { readonly events: number; readonly stalledMs: number; readonly at: Instant; readonly since: Instant | null } | null;
  /**
   * Why the steps before it may be missing in its session, until it has worked. Absent if nothing
   * says so.
   */
  readonly lossBefore?: Loss;
  /** The last long tool that it waited for, silently. Absent if there was none. */
  readonly longTool?: { readonly since: Instant; readonly until: Instant };
}

/** A look at the job while an attempt lives. */
interface Glance {
  /** Null if it is not open. */
  readonly asked: Instant | null;
  readonly answered: Instant | null;
  /** All of the evidence could be seen, and compared with an earlier look. */
  readonly isComplete: boolean;
  /** When the run's first look that could see something was answered. Absent if it was before. */
  readonly seenSince?: Instant;
}

/** Its process is alive, and nobody is ending it. */
export interface LivingAttempt extends AnyAttempt {
  readonly alive: true;
  readonly endingBecause: null;
  readonly endedAt: null;
  readonly exit: null;
  readonly survivors: 'none';
  /** The oldest running tool, as of the last sample. */
  readonly tool: { readonly key: string; readonly name: string; readonly since: Instant } | null;
}

/** Its process is alive, and dogwatch is ending it. */
export interface DyingAttempt extends Omit<LivingAttempt, 'endingBecause'> {
  readonly endingBecause: string;
}

/** Its process is dead. */
export interface DeadAttempt extends AnyAttempt {
  readonly alive: false;
  /** Why dogwatch ended it, or null if it was left alone. */
  readonly endingBecause: string | null;
  readonly endedAt: Instant | null;
  /** Null if nobody saw it end. */
  readonly exit: Exit | null;
  /** What is left of it. */
  readonly survivors: 'none' | 'agent' | 'tools';
  readonly tool: null;
}

/** One life of the agent's process. */
export type Attempt = LivingAttempt | DyingAttempt | DeadAttempt;

/** A process of an attempt that outlived its main process. */
export interface Survivor {
  readonly identity: ProcessIdentity;
  readonly role: 'agent' | 'tool';
  /** Short name (comm) for people. */
  readonly name: string;
}

/** A sample of a living attempt's processes. */
export interface Vitals {
  /** CPU time used by the attempt's processes so far, ms. */
  readonly cpuMs: number;
  readonly tool: { readonly key: string; readonly name: string; readonly sinceMono: number } | null;
  /** When the agent last wrote to its own record, ms since the epoch, or null if unknown. */
  readonly wroteWall: number | null;
  /**
   * The agent program among its processes, if the command itself is not an agent. Null or absent if
   * none was seen.
   */
  readonly agentSeen?: string | null;
  /**
   * How often its control group has reached its limits, and for how long it has stood still for
   * lack of memory. Null or absent if it has none, or none that can be read.
   */
  readonly memory?: { readonly events: number; readonly stalledMs: number } | null;
}
