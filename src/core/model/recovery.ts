import type { AgentName } from '../values/agent-names.ts';
import type { Instant, ProcessIdentity } from './facts.ts';
import type { Limit } from './signals.ts';

/** The agent that is to mend a run, as the supervisor asks for it. */
export interface RecoverySpec {
  readonly agent: AgentName;
  /** Gets the digest on stdin. */
  readonly command: readonly string[];
  /** Whose usage limits and credentials it works under, with which model (null: the agent's default), and the state of the credentials' files. */
  readonly account: string;
  readonly model: string | null;
  readonly credentials: string;
  /** It is ended after this, in ms. */
  readonly timeoutMs: number;
  /** So many are started at most since the last milestone, and in 24 hours. */
  readonly most: number;
}

/** One life of a recovery agent, and what it leads to. */
export interface Recovery {
  readonly number: number;
  readonly spec: RecoverySpec;
  /** `over`: nothing of it is left, and it has not given the turn back; `trial`: it has, and the next attempt shows whether it helped. */
  readonly phase: 'wanted' | 'at-work' | 'over' | 'trial';
  readonly startedAt: Instant;
  /** Why the run was handed off. */
  readonly because: string;
  /** The shim that launched it; null until it is started. */
  readonly shim: ProcessIdentity | null;
  /** Why it is to end, or has ended; null: it works. */
  readonly over: string | null;
  /** What follows once its processes are proven gone. `again`: the supervisor's turn once more; `operator`: what the operator asked for. */
  readonly next: 'judge' | 'hand-back' | 'again' | 'operator';
  /** Why its processes can't be ended; null: nobody knows of a reason. */
  readonly stuck: string | null;
  /** The first attempt after it. */
  readonly from: number;
}

/** What is remembered of all recoveries of a run. */
export interface Recoveries {
  /** The highest number that was ever used. */
  readonly tried: number;
  /** Begun since the last milestone or the operator's `resume`, without those that a limit stopped. */
  readonly sinceMilestone: number;
  /** When those of the last 24 hours began: ms since the epoch. */
  readonly begun: readonly number[];
}

/** Why a recovery agent was refused by its provider. */
export type Refused = Limit | { readonly kind: 'auth'; readonly text: string };

/** What a recovery agent may say: the run's turn, the job is done, or a person is needed. */
export type Said = 'resume' | 'done' | 'blocked';
