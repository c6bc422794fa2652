import type { AnswerCommand, AskFact } from '../asks/facts.ts';
import type { Amounts } from '../spend/amount.ts';
import type { AgentName } from '../values/agent-names.ts';
import type { Instant } from '../values/instant.ts';
import type { ProcessIdentity } from '../values/process-identity.ts';
import type { Survivor, Vitals } from './attempt.ts';
import type { AttemptsFound } from './attempts-found.ts';
import type { Escalated } from './cause.ts';
import type { Evidence } from './evidence.ts';
import type { AskedInside } from './inside.ts';
import type { LogCursor, LogFact } from './log-facts.ts';
import type { Policy, PolicyChanges } from './policy.ts';
import type { RecoveryCounted, RecoverySpec, Refused, Said } from './recovery.ts';
import type { RunSpec } from './run-spec.ts';
import type { Limit, Provenance, Signal, Source } from './signals.ts';

export type { Instant } from '../values/instant.ts';
export type { ProcessIdentity } from '../values/process-identity.ts';
export type { Survivor, Vitals } from './attempt.ts';
export type { Hold, RunState } from './states.ts';
/**
 * The vocabulary of dogwatch as types. Everything here is plain data: it is stored as JSON, and the
 * same core runs on it in the watchdog, in a replay and in a simulation.
 */

export type { AgentName, Evidence, Limit, LogCursor, Policy, Provenance, RunSpec, Signal, Source };

export type Command =
  | { readonly kind: 'pause'; readonly because: string }
  | { readonly kind: 'unpause' }
  /** `add` raises the caps of the run. */
  | {
      readonly kind: 'resume';
      readonly prompt: string | null;
      readonly add?: { readonly micros: number; readonly tokens: number } | undefined;
    }
  | { readonly kind: 'stop'; readonly because: string }
  /** Other settings from now on; `words` describes the change for people. */
  | { readonly kind: 'set'; readonly policy: PolicyChanges; readonly words: string }
  /** The notices about it were read. */
  | { readonly kind: 'ack' }
  | AnswerCommand
  /** The supervisor asks this agent to mend it. */
  | { readonly kind: 'recover'; readonly recovery: RecoverySpec }
  /** The supervisor wants it mended, but the agent cannot be started. */
  | { readonly kind: 'no-recovery'; readonly because: string };

/** Facts with a time. `run` names the run that they are about. */
export type Fact =
  | {
      readonly kind: 'run.registered';
      readonly run: string;
      readonly request: string;
      readonly generation: number;
      readonly spec: RunSpec;
      readonly foreign: ProcessIdentity | null;
      /** Nobody chose its name: it is refused if another run does the same job. */
      readonly unnamed?: boolean;
      /** A process of a run requested it. Absent if the operator did. */
      readonly inside?: AskedInside;
    }
  | { readonly kind: 'watchdog.started'; readonly run: string; readonly rebooted: boolean; readonly enabled: boolean }
  | AttemptsFound
  | {
      readonly kind: 'operator.requested';
      readonly run: string;
      readonly request: string;
      readonly command: Command;
      /** The operator asked on the web page. Absent for the command line. */
      readonly via?: 'web';
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
  | AskFact
  | LogFact
  | { readonly kind: 'done-file.appeared'; readonly run: string; readonly attempt: number; readonly path: string }
  | {
      readonly kind: 'process.exited';
      readonly run: string;
      readonly attempt: number;
      readonly code: number | null;
      readonly signal: string | null;
      /** The kernel killed a process in its control group for lack of memory while it lived. */
      readonly outOfMemory: boolean;
      readonly survivors: readonly Survivor[];
      /** The last line of its log that is written for people. Null or absent if there is none. */
      readonly lastLine?: string | null;
      /** Its exit status says that a cap of its own command is reached. Absent if not. */
      readonly capped?: true;
    }
  | { readonly kind: 'process.sampled'; readonly run: string; readonly attempt: number; readonly vitals: Vitals }
  | { readonly kind: 'session.learned'; readonly run: string; readonly attempt: number; readonly session: string | null }
  /** State of the files that hold the account's credentials: it changes when they do. */
  | { readonly kind: 'credentials.seen'; readonly run: string; readonly fingerprint: string }
  | {
      readonly kind: 'evidence.gathered';
      readonly run: string;
      readonly attempt: number;
      readonly evidence: Evidence;
      readonly isGlance?: true;
    }
  | {
      readonly kind: 'check.finished';
      readonly run: string;
      readonly attempt: number;
      readonly passed: boolean;
      readonly output: string;
      /** Its exit status. Null or absent if it has none. */
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
  /** The main process of a recovery agent died. */
  | { readonly kind: 'recovery.exited'; readonly run: string; readonly recovery: number }
  | RecoveryCounted
  | { readonly kind: 'tick'; readonly run: string };

/** The request that the fact is and that gets a reply, or null if it is none. */
export function requestOf(fact: Fact): string | null {
  switch (fact.kind) {
    case 'run.registered':
    case 'operator.requested':
    case 'agent.claimed':
    case 'agent.asked':
    case 'answer.taken':
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
  /** 0 ≤ jitter < 1, drawn when it was numbered: the core itself uses no randomness. */
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
  /**
   * Nothing was started, and a retry would not help: a person must fix it. `isOccupied`: processes
   * of this run are alive that belong to no known attempt.
   */
  | { readonly kind: 'not-started'; readonly attempt: number; readonly isOccupied: boolean; readonly because: string }
  | { readonly kind: 'ended'; readonly attempt: number; readonly because: string }
  | { readonly kind: 'end-failed'; readonly attempt: number; readonly because: string }
  | { readonly kind: 'recovery-started'; readonly shim: ProcessIdentity }
  | { readonly kind: 'recovery-failed'; readonly because: string }
  /** `refused` is the limit or the credentials that stopped it, or null if it was not refused. */
  | {
      readonly kind: 'recovery-ended';
      readonly refused: Refused | null;
      readonly because: string;
      /** What it used, or null if it did not say. Absent if nobody looked. */
      readonly spent?: Amounts | null;
    }
  | { readonly kind: 'recovery-end-failed'; readonly because: string }
  | { readonly kind: 'delivered' }
  | { readonly kind: 'abandoned'; readonly because: string };

/** Actions change the world. They are recorded before they are performed, and settled after. */
export type Action =
  | {
      readonly kind: 'resume';
      readonly id: string;
      readonly run: string;
      readonly attempt: number;
      /**
       * `start`: attempt 1, or a repeated start because there is nothing to resume. `resume`: the
       * same session. `fresh`: a new session with a digest.
       */
      readonly mode: 'start' | 'resume' | 'fresh';
      /** The session that is resumed or that a fresh one replaces, or null if none is known. */
      readonly session: string | null;
      readonly prompt: {
        readonly reason: string;
        readonly refusal: string | null;
        readonly operator: string | null;
        /** A person's answers to questions of earlier attempts. Absent if there are none. */
        readonly answers?: string;
      };
    }
  /** The ending step that all three share, as an action of its own. */
  | { readonly kind: 'end'; readonly id: string; readonly run: string; readonly attempt: number; readonly because: string }
  /** A form of `escalate`: starts an agent that mends the run once `attempt` is gone. */
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

/** Questions only look. A lost one is asked again; the answer arrives as an observation. */
export type Question =
  | { readonly kind: 'check'; readonly run: string; readonly attempt: number }
  /** `glance`: evidence while the attempt lives. `recovery-spend`: what its recovery agent used. */
  | { readonly kind: 'evidence' | 'glance' | 'recovery-spend'; readonly run: string; readonly attempt: number }
  | { readonly kind: 'session'; readonly run: string; readonly attempt: number };
