import type { Amounts } from '../spend/amount.ts';
import type { AgentName } from '../values/agent-names.ts';
import type { Instant } from '../values/instant.ts';
import type { ProcessIdentity } from '../values/process-identity.ts';
import type { Limit } from './signals.ts';

/** The agent that mends a run, as the supervisor requests it. */
export interface RecoverySpec {
  readonly agent: AgentName;
  /** Gets the digest on stdin. */
  readonly command: readonly string[];
  /**
   * The account and model it uses (null is the agent's default model), and the state of the
   * account's credential files.
   */
  readonly account: string;
  readonly model: string | null;
  readonly credentials: string;
  /** It is ended after this, in ms. */
  readonly timeoutMs: number;
  /** The maximum number since the last milestone, and within 24 hours. */
  readonly most: number;
}

/** One life of a recovery agent, and what follows from it. */
export interface Recovery {
  readonly number: number;
  readonly spec: RecoverySpec;
  /**
   * `over`: nothing of it is left, and it did not hand the run back. `trial`: it did, and the next
   * attempt shows whether it helped.
   */
  readonly phase: 'wanted' | 'at-work' | 'over' | 'trial';
  readonly startedAt: Instant;
  /** Why the run was handed off. */
  readonly because: string;
  /** The shim that launched it, or null until it is started. */
  readonly shim: ProcessIdentity | null;
  /** Why it must end or has ended, or null while it works. */
  readonly over: string | null;
  /**
   * What follows once its processes are proven gone. `again`: the supervisor's turn once more.
   * `operator`: what the operator requested.
   */
  readonly next: 'judge' | 'hand-back' | 'again' | 'operator';
  /** Why its processes cannot be ended, or null if no reason is known. */
  readonly stuck: string | null;
  /** The first attempt after it. */
  readonly from: number;
  /** What was counted of it so far. Absent if nothing was. */
  readonly spent?: Amounts;
  /** When its log was read last to see what it has spent. Absent if it was not. */
  readonly countedAt?: Instant;
}

/** What a recovery agent has used so far, or null if it does not say. */
export interface RecoveryCounted {
  readonly kind: 'recovery.counted';
  readonly run: string;
  readonly recovery: number;
  readonly amounts: Amounts | null;
}

/** What is remembered about all recoveries of a run. */
export interface Recoveries {
  /** The highest number ever used. */
  readonly tried: number;
  /**
   * Begun since the last milestone or the operator's `resume`, without those that a limit stopped.
   */
  readonly sinceMilestone: number;
  /** When the recoveries of the last 24 hours began: ms since the epoch. */
  readonly begun: readonly number[];
}

/** Why a recovery agent was refused by its provider. */
export type Refused = Limit | { readonly kind: 'auth'; readonly text: string };

/** What a recovery agent may say: it hands the run back, the job is done, or a person is needed. */
export type Said = 'resume' | 'done' | 'blocked';
