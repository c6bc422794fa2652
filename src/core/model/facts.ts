import type { AgentName } from '../values/agent-names.ts';
import type { Instant } from '../values/instant.ts';
import type { ProcessIdentity } from '../values/process-identity.ts';
import type { AttemptsFound } from './attempts-found.ts';
import type { Escalated } from './cause.ts';
import type { Evidence } from './evidence.ts';
import type { AskedInside } from './inside.ts';
import type { LogCursor, LogFact } from './log-facts.ts';
import type { Policy } from './policy.ts';
import type { RecoverySpec, Refused, Said } from './recovery.ts';
import type { RunSpec } from './run-spec.ts';
import type { Limit, Provenance, Signal, Source } from './signals.ts';

export type { Instant } from '../values/instant.ts';
export type { ProcessIdentity } from '../values/process-identity.ts';
/** The words of dogwatch as types. Everything here is plain data: it is stored as JSON, and the same core runs on it
 * in the watchdog, in a replay and in a simulation. */

export type RunState =
  | 'starting'
  | 'working'
  | 'quiet'
  | 'waiting'
  | 'held'
  | 'handed-off'
  | 'recovering'
  | 'escalated'
  | 'complete'
  | 'stopped'
  | 'failed';

/** Why a run is not resumed now. `untilWall` is null where no clock releases it. */
export interface Hold {
  readonly kind: 'limit' | 'auth' | 'disk' | 'operator' | 'backoff' | 'common-cause';
  readonly untilWall: number | null;
  readonly because: string;
}

export type { AgentName, Evidence, Limit, LogCursor, Policy, Provenance, RunSpec, Signal, Source };

/** A process of an attempt that outlived its main process. */
export interface Survivor {
  readonly identity: ProcessIdentity;
  readonly role: 'agent' | 'tool';
  /** Short name (comm) for people. */
  readonly name: string;
}

/** A look at a living attempt's processes. */
export interface Vitals {
  /** CPU time used by the attempt's processes so far, ms. */
  readonly cpuMs: number;
  readonly tool: { readonly key: string; readonly name: string; readonly sinceMono: number } | null;
  /** When the agent last wrote to its own record of the session (transcript, database): ms since the epoch; null: that can't be read. */
  readonly wroteWall: number | null;
  /** The program of an agent that is among its processes, where the command itself is none; null or missing: none was seen. */
  readonly agentSeen?: string | null;
}

export type Command =
  | { readonly kind: 'pause'; readonly because: string }
  | { readonly kind: 'unpause' }
  | { readonly kind: 'resume'; readonly prompt: string | null }
  | { readonly kind: 'stop'; readonly because: string }
  /** The notices about it were read. */
  | { readonly kind: 'ack' }
  /** The supervisor wants it mended, by this agent. */
  | { readonly kind: 'recover'; readonly recovery: RecoverySpec }
  /** The same, and the agent that is to mend it can't be started. */
  | { readonly kind: 'no-recovery'; readonly because: string };

/** Facts with a time. `run` names the run they are about. */
export type Fact =
  | {
      readonly kind: 'run.registered';
      readonly run: string;
      readonly request: string;
      readonly generation: number;
      readonly spec: RunSpec;
      readonly foreign: ProcessIdentity | null;
      /** Nobody chose its name: it is refused where another run does the same job. */
      readonly unnamed?: boolean;
      /** A process of a run has asked for it; absent: the operator. */
      readonly inside?: AskedInside;
    }
  | { readonly kind: 'watchdog.started'; readonly run: string; readonly rebooted: boolean; readonly enabled: boolean }
  | AttemptsFound
  | {
      readonly kind: 'operator.requested';
      readonly run: string;
      readonly request: string;
      readonly command: Command;
      /** As above. */
      readonly inside?: AskedInside;
      /** For `ack`: the subjects of the open notices about the run. */
      readonly notices?: readonly string[];
    }
  | {
      readonly kind: 'agent.claimed';
      readonly run: string;
      readonly request: string;
      readonly attempt: number;
      readonly genuine: boolean;
      readonly claim: 'done' | 'blocked' | 'progress';
      readonly because: string;
    }
  | LogFact
  | { readonly kind: 'done-file.appeared'; readonly run: string; readonly attempt: number; readonly path: string }
  | {
      readonly kind: 'process.exited';
      readonly run: string;
      readonly attempt: number;
      readonly code: number | null;
      readonly signal: string | null;
      /** The kernel has killed for lack of memory in its control group while it lived. */
      readonly outOfMemory: boolean;
      readonly survivors: readonly Survivor[];
      /** The last line of its log that is written for people; null or absent: there is none. */
      readonly lastLine?: string | null;
    }
  | { readonly kind: 'process.sampled'; readonly run: string; readonly attempt: number; readonly vitals: Vitals }
  | { readonly kind: 'session.learned'; readonly run: string; readonly attempt: number; readonly session: string | null }
  /** State of the files that hold the account's credentials: it changes when they do. */
  | { readonly kind: 'credentials.seen'; readonly run: string; readonly fingerprint: string }
  | { readonly kind: 'evidence.gathered'; readonly run: string; readonly attempt: number; readonly evidence: Evidence }
  | {
      readonly kind: 'check.finished';
      readonly run: string;
      readonly attempt: number;
      readonly passed: boolean;
      readonly output: string;
      /** Its exit status; null or absent: it has none. */
      readonly status?: number | null;
    }
  | { readonly kind: 'action.settled'; readonly run: string; readonly action: string; readonly outcome: Outcome }
  | {
      readonly kind: 'recovery.spoke';
      readonly run: string;
      readonly request: string;
      readonly recovery: number;
      readonly genuine: boolean;
      readonly says: Said;
      readonly because: string;
    }
  /** The main process of a recovery agent has died. */
  | { readonly kind: 'recovery.exited'; readonly run: string; readonly recovery: number }
  | { readonly kind: 'tick'; readonly run: string };

/** The request that it is, and that is answered; null: nobody asked. */
export function requestOf(fact: Fact): string | null {
  switch (fact.kind) {
    case 'run.registered':
    case 'operator.requested':
    case 'agent.claimed':
    case 'recovery.spoke':
      return fact.request;
    default:
      return null;
  }
}

export const isAck = (fact: Fact): boolean => fact.kind === 'operator.requested' && fact.command.kind === 'ack';

export type Observation = Fact & {
  readonly seq: number;
  readonly at: Instant;
  /** 0 ≤ jitter < 1, drawn when the observation was numbered: the core itself knows no randomness. */
  readonly jitter: number;
};

/** What an effect reports. One shape for success and failure. */
export type Outcome =
  | {
      readonly kind: 'started';
      readonly attempt: number;
      readonly shim: ProcessIdentity | null;
      readonly agent: ProcessIdentity | null;
      /** What was done before it, for the journal. */
      readonly before?: string;
    }
  | { readonly kind: 'start-failed'; readonly attempt: number; readonly because: string }
  /** Nothing was started, and trying again would not help: a person has to see to it. `isOccupied`: processes of this run live that
   * belong to no attempt dogwatch knows of. */
  | { readonly kind: 'not-started'; readonly attempt: number; readonly isOccupied: boolean; readonly because: string }
  | { readonly kind: 'ended'; readonly attempt: number; readonly because: string }
  | { readonly kind: 'end-failed'; readonly attempt: number; readonly because: string }
  | { readonly kind: 'recovery-started'; readonly shim: ProcessIdentity }
  | { readonly kind: 'recovery-failed'; readonly because: string }
  /** `refused`: the limit or the credentials that stopped it; null: it was not refused. */
  | { readonly kind: 'recovery-ended'; readonly refused: Refused | null; readonly because: string }
  | { readonly kind: 'recovery-end-failed'; readonly because: string }
  | { readonly kind: 'delivered' }
  | { readonly kind: 'abandoned'; readonly because: string };

/** Things that change the world. Recorded before they are performed, settled after. */
export type Action =
  | {
      readonly kind: 'resume';
      readonly id: string;
      readonly run: string;
      readonly attempt: number;
      /** `start`: attempt 1 or a start repeated because nothing is there to resume; `resume`: the same session; `fresh`: a new session
       * with a digest. */
      readonly mode: 'start' | 'resume' | 'fresh';
      /** The session that is resumed, or that a fresh one follows; null: none is known. */
      readonly session: string | null;
      readonly prompt: { readonly reason: string; readonly refusal: string | null; readonly operator: string | null };
    }
  /** The careful step that the three share, as an action of its own when the watchdog only wants an attempt gone. */
  | { readonly kind: 'end'; readonly id: string; readonly run: string; readonly attempt: number; readonly because: string }
  /** A form of `escalate`: an agent is started that mends the run, once nothing of `attempt` is left. */
  | { readonly kind: 'recover'; readonly id: string; readonly run: string; readonly attempt: number; readonly recovery: number }
  | {
      readonly kind: 'end-recovery';
      readonly id: string;
      readonly run: string;
      readonly attempt: number;
      readonly recovery: number;
      readonly because: string;
    }
  | {
      readonly kind: 'escalate';
      readonly id: string;
      readonly run: string;
      readonly to: 'supervisor' | 'operator';
      readonly cause: Escalated;
      readonly because: string;
    };

/** Things that only look. Not durable: a question that was lost is asked again. The answer comes back as an observation. */
export type Question =
  | { readonly kind: 'check'; readonly run: string; readonly attempt: number }
  | { readonly kind: 'evidence'; readonly run: string; readonly attempt: number }
  | { readonly kind: 'session'; readonly run: string; readonly attempt: number };
