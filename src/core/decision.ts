import type { AccountHold } from './account/hold.ts';
import type { DecisionInput } from './decision-input.ts';
import type { HostDecision } from './host/decide-host.ts';
import type { Action, Observation, Question, RunState } from './model/facts.ts';
import type { Reply } from './model/reply.ts';
import type { Run } from './model/run.ts';
import type { RunEvent } from './run/events.ts';

/** What the core makes of one observation: of a run, of this machine, or a request that is refused. */
export type Decision = EffectiveDecision | Refusal;

/** All but a refused request, which concerns its sender alone. */
export type EffectiveDecision = RunDecision | HostDecision;

/** A request that no run can follow. Nothing changes, and only its sender hears of it. */
export interface Refusal {
  readonly kind: 'refused';
  readonly reply: Reply;
}

export interface RunDecision {
  readonly kind: 'run';
  readonly observation: Observation;
  /** What it began from: with the observation it is all that was decided on. */
  readonly given: DecisionInput;
  /** State before; null: the run was registered by this observation. */
  readonly from: RunState | null;
  /** The run from now on. */
  readonly run: Run;
  /** Why, in words: for people alone. */
  readonly because: string;
  /** What happened to the run, for programs. */
  readonly events: readonly RunEvent[];
  /** True: this belongs into the journal. False: only numbers moved on (activity, cursors), and a lazy checkpoint of the run will do. */
  readonly material: boolean;
  /** Recorded before they are performed. */
  readonly actions: readonly Action[];
  /** Looks only; lost ones are asked again. */
  readonly questions: readonly Question[];
  /** The answer to a request, for the one who asked; null: nobody asked. */
  readonly reply: Reply | null;
  /** All holds of the run's account from now on; null: they did not change. */
  readonly holds: readonly AccountHold[] | null;
  /** The same for the account of its recovery agent, where that is another one. */
  readonly recoveryHolds: { readonly account: string; readonly holds: readonly AccountHold[] } | null;
  /** Until when it holds, as long as its surroundings stay as they are; null where nothing says so: the run has to be judged again. */
  readonly wake: Wake | null;
}

/** `atMono`: monotonic, ms, or null if no clock changes it. `awaitsDisks`: a new measurement of the run's disks may. */
export interface Wake {
  readonly atMono: number | null;
  readonly awaitsDisks: boolean;
}
