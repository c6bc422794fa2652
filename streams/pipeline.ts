import {
  catchError,
  defer,
  EMPTY,
  filter,
  from,
  map,
  merge,
  mergeMap,
  type Observable,
  type ObservableInput,
  of,
  Subject,
  share,
  tap,
} from 'rxjs';
import type { Decision, EffectiveDecision } from '../src/core/decision.ts';
import type { Action, Fact, Instant, Outcome, Question } from '../src/core/model/facts.ts';
import type { HostAction, HostFact } from '../src/core/model/host.ts';
import type { Run } from '../src/core/model/run.ts';
import { errorMessage } from '../src/core/values/error-message.ts';
import type { World } from '../src/core/world.ts';
import { inGroups } from './groups.ts';
import { questionsOf } from './questions.ts';

/** What the pipeline needs from outside. */
export interface Ports {
  now(): Instant;
  /** 0 ≤ jitter < 1. */
  jitter(): number;
  /**
   * Stores decisions before any of their actions is performed: all of them, or it throws and stores
   * none. The failure of one ends the program.
   */
  record(group: readonly Decision[]): void;
  /** Whether each of a group would fail in this way, too, if it were recorded alone. */
  concernsAll(error: unknown): boolean;
  /**
   * Calls back as soon as everything that waits was observed: what was decided by then is recorded
   * together.
   */
  soon(call: () => void): void;
  perform(action: Action, run: Run): ObservableInput<Outcome>;
  ask(question: Question, run: Run): ObservableInput<Fact>;
  /** The same for the machine. */
  performHost(action: HostAction): ObservableInput<HostFact>;
}

export interface Options {
  /** The number of the last recorded observation. */
  readonly lastSeq: number;
  /** Actions performed at once, over all runs. Each run has at most one: the core ensures that. */
  readonly actionsAtOnce: number;
  /** Questions of each kind that are answered at once. */
  readonly questionsAtOnce: number;
}

/**
 * The complete machine: observations are numbered, decided and recorded, then performed; outcomes
 * and answers come back as observations. `observe` gets the changed runs (each active run once at
 * first, then every run after a decision) and a signal for every decision about a run or the
 * machine. It returns what is observed.
 */
export function supervise(
  observe: (changed$: Observable<Run>, decided$: Observable<EffectiveDecision>) => Observable<Fact | HostFact>,
  world: World,
  ports: Ports,
  options: Options,
): Observable<EffectiveDecision> {
  const decided$ = new Subject<EffectiveDecision>();
  const ofRuns$ = decided$.pipe(filter((decision) => decision.kind === 'run'));
  const ofHost$ = decided$.pipe(filter((decision) => decision.kind === 'host'));
  const changed$ = merge(
    defer(() => from(world.active)),
    ofRuns$.pipe(map(({ run }) => run)),
  );
  const outcomes$ = ofRuns$.pipe(
    mergeMap(({ actions, run }) => actions.map((action) => ({ action, run }))),
    mergeMap(({ action, run }) => settle(action, run, ports), options.actionsAtOnce),
  );
  const asked$ = questionsOf(ofRuns$).pipe(share());
  const answers = (kind: Question['kind']) =>
    asked$.pipe(
      filter(({ question }) => question.kind === kind),
      mergeMap(
        ({ question, run }) =>
          defer(() => ports.ask(question, run)).pipe(catchError((error: unknown) => of(unanswered(question, errorMessage(error))))),
        options.questionsAtOnce,
      ),
    );
  const hostOutcomes$ = ofHost$.pipe(
    mergeMap(({ actions }) => actions),
    mergeMap((action) =>
      defer(() => ports.performHost(action)).pipe(catchError((error: unknown) => hostFailed(action, errorMessage(error)))),
    ),
  );
  let seq = options.lastSeq;
  const number = <T extends Fact | HostFact>(fact: T) => {
    seq += 1;
    return { ...fact, seq, at: ports.now(), jitter: ports.jitter() };
  };
  // Outcomes come before sources, so that all of them are subscribed when the first source emits.
  return merge(
    outcomes$,
    hostOutcomes$,
    answers('check'),
    answers('evidence'),
    answers('glance'),
    answers('recovery-spend'),
    answers('session'),
    observe(changed$, decided$),
  ).pipe(
    map(number),
    inGroups<Numbered>({ ...ports, decide: (observation) => world.observe(observation) }),
    tap((decision) => decided$.next(decision)),
  );
}

type Numbered = (Fact | HostFact) & { readonly seq: number; readonly at: Instant; readonly jitter: number };

const hostFailed = (action: HostAction, because: string): Observable<HostFact> =>
  action.kind === 'reclaim' ? of({ kind: 'reclaim.finished', action: action.id, outcome: { kind: 'failed', because } }) : EMPTY;

/** Performs one action and reports its outcome; an error thrown by an effect is an outcome, too. */
function settle(action: Action, run: Run, ports: Ports): Observable<Fact> {
  return defer(() => ports.perform(action, run)).pipe(
    catchError((error: unknown) => of(failed(action, errorMessage(error)))),
    map((outcome): Fact => ({ kind: 'action.settled', run: action.run, action: action.id, outcome })),
  );
}

function failed(action: Action, because: string): Outcome {
  switch (action.kind) {
    case 'resume':
      return { kind: 'start-failed', attempt: action.attempt, because };
    case 'end':
      return { kind: 'end-failed', attempt: action.attempt, because };
    case 'recover':
      return { kind: 'recovery-failed', because };
    case 'end-recovery':
      return { kind: 'recovery-end-failed', because };
    case 'escalate':
      return { kind: 'abandoned', because };
  }
}

/** A question whose answer failed is answered even so: nothing may wait for it for ever. */
function unanswered({ kind, run, attempt }: Question, because: string): Fact {
  switch (kind) {
    case 'check':
      return { kind: 'check.finished', run, attempt, passed: false, output: because };
    case 'evidence':
    case 'glance': {
      const evidence = { head: null, worktree: null, progress: null, missing: [because] };
      return { kind: 'evidence.gathered', run, attempt, evidence, ...(kind === 'glance' && { isGlance: true }) };
    }
    case 'session':
      return { kind: 'session.learned', run, attempt, session: null };
    case 'recovery-spend':
      return { kind: 'recovery.counted', run, recovery: 0, amounts: null };
  }
}
