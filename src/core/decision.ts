import type { AccountHold } from './account/hold.ts';
import type { AccountWindow } from './account/window.ts';
import type { DecisionInput } from './decision-input.ts';
import type { HostDecision } from './host/decide-host.ts';
import type { Action, Observation, Question, RunState } from './model/facts.ts';
import type { Reply } from './model/reply.ts';
import type { Run } from './model/run.ts';
import type { RunEvent } from './run/events.ts';
import type { SpendEntry } from './run/spent.ts';

/**
 * What the core makes of one observation: a decision about a run, about this machine, or a refused
 * request.
 */
export type Decision = EffectiveDecision | Refusal;

/** All except refused requests, which concern only their sender. */
export type EffectiveDecision = RunDecision | HostDecision;

/** A request that no run can follow. Nothing changes, and only its sender is answered. */
export interface Refusal {
  readonly kind: 'refused';
  readonly reply: Reply;
}

export interface RunDecision {
  readonly kind: 'run';
  readonly observation: Observation;
  /** What it began from. Together with the observation this is everything it depends on. */
  readonly given: DecisionInput;
  /** The state before, or null if the run was registered by this observation. */
  readonly from: RunState | null;
  /** The run from now on. */
  readonly run: Run;
  /** Why, in words: for people only. */
  readonly because: string;
  /** What happened to the run, for programs. */
  readonly events: readonly RunEvent[];
  /** What it adds to the ledger of spend. */
  readonly spent: readonly SpendEntry[];
  /**
   * True if it belongs in the journal. False if only numbers changed (activity, cursors), for which
   * a lazy checkpoint of the run is enough.
   */
  readonly material: boolean;
  /** Recorded before they are performed. */
  readonly actions: readonly Action[];
  /** Questions only look. Lost ones are asked again. */
  readonly questions: readonly Question[];
  /** The answer to a request, or null if there was none. */
  readonly reply: Reply | null;
  /** All holds of the run's account from now on, or null if they did not change. */
  readonly holds: readonly AccountHold[] | null;
  /** All usage windows of the run's account from now on, or null if nothing new is known. */
  readonly windows: readonly AccountWindow[] | null;
  /** The holds of its recovery agent's account, if that is another one. */
  readonly recoveryHolds: { readonly account: string; readonly holds: readonly AccountHold[] } | null;
  /**
   * Until when it holds while its surroundings stay the same, or null if unknown: the run must then
   * be judged again.
   */
  readonly wake: Wake | null;
}

/**
 * `atMono` is monotonic ms, or null if no clock changes it. `awaitsDisks` is set if a new
 * measurement of the run's disks may change it.
 */
export interface Wake {
  readonly atMono: number | null;
  readonly awaitsDisks: boolean;
}
