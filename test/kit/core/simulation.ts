import type { AccountHold } from '../../../src/core/account/hold.ts';
import { ALONE, type Surroundings } from '../../../src/core/context.ts';
import { decide } from '../../../src/core/decide.ts';
import type { RunDecision } from '../../../src/core/decision.ts';
import type { Action, Command, Evidence, Fact, Instant, Observation, Outcome, Question, Signal } from '../../../src/core/model/facts.ts';
import type { Refused, Said } from '../../../src/core/model/recovery.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { evidence, frozen, MENDER, process, specWith, survivor, type Wishes } from './world.ts';

/** One step of a program: what happens to the run, its processes, its watchdog or its clock. */
export type Step =
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'jump'; readonly wallMs: number }
  | { readonly kind: 'tick' }
  | { readonly kind: 'deliver' | 'replay' | 'lose'; readonly which: number }
  | { readonly kind: 'perform'; readonly how: 'well' | 'badly' | 'not' }
  | { readonly kind: 'die'; readonly code: number | null; readonly signal: string | null; readonly leaving: 'none' | 'tool' | 'agent' }
  | { readonly kind: 'say'; readonly signals: readonly Signal[]; readonly bytes: number }
  | { readonly kind: 'sample'; readonly cpuMs: number; readonly tool: string | null; readonly wroteWall: number | null }
  | { readonly kind: 'answer'; readonly head: string; readonly passed: boolean; readonly session: string | null }
  | { readonly kind: 'claim'; readonly claim: 'done' | 'blocked' | 'progress'; readonly genuine: boolean; readonly because: string }
  | { readonly kind: 'done-file' }
  | { readonly kind: 'mend'; readonly isShared: boolean; readonly most: number }
  | { readonly kind: 'mender-says'; readonly says: Said; readonly genuine: boolean; readonly because: string }
  | { readonly kind: 'mender-dies'; readonly refused: Refused | null }
  | { readonly kind: 'operator'; readonly command: Command }
  | { readonly kind: 'restart'; readonly rebooted: boolean; readonly enabled: boolean }
  | { readonly kind: 'log-in'; readonly fingerprint: string }
  | { readonly kind: 'poison' };

/** When a program begins: ms since the epoch. */
export const BEGIN = Date.UTC(2026, 10, 23, 3);

export interface Stepped {
  readonly before: Run | null;
  readonly around: Surroundings;
  /** The holds of its account before and after. */
  readonly heldBefore: readonly AccountHold[];
  readonly holds: readonly AccountHold[];
  readonly decision: RunDecision;
}

/**
 * The world around one run: its real processes, and reports of them that may arrive late, twice,
 * out of order or never. It performs decisions when the program says so, and throws if a decision
 * would put two processes on one session.
 */
export class Simulation {
  now: Instant = { wall: BEGIN, mono: 1_000_000 };
  run: Run;
  holds: readonly AccountHold[] = [];
  recoveryHolds: readonly AccountHold[] = [];
  readonly recovers: boolean;
  reboots = 0;
  readonly steps: Stepped[] = [];
  readonly #check: (stepped: Stepped, now: Instant) => void;
  #seq = 0;
  #alive: number | null = null;
  /** The recovery agent of which a process is left. */
  #mender: number | null = null;
  #refused: Refused | null = null;
  #mail: Fact[] = [];
  #told: Fact[] = [];
  #actions: Action[] = [];
  #questions: Question[] = [];
  readonly #started = new Set<number>();

  constructor(wishes: Wishes, isForeign: boolean, check: (stepped: Stepped, now: Instant) => void, recovers = false) {
    this.#check = check;
    this.recovers = recovers;
    const spec = specWith({ ...wishes, adopted: isForeign });
    const foreign = isForeign ? process(77) : null;
    if (isForeign) {
      this.#alive = 1;
      this.#started.add(1);
    }
    this.run = this.#decided(null, { kind: 'run.registered', run: 'run-1', request: 'r', generation: 1, spec, foreign });
  }

  step(step: Step): Run {
    const run = 'run-1';
    switch (step.kind) {
      case 'wait':
        this.now = { wall: this.now.wall + step.ms, mono: this.now.mono + step.ms };
        return this.run;
      case 'jump':
        this.now = { ...this.now, wall: this.now.wall + step.wallMs };
        return this.run;
      case 'tick':
        return this.tell({ kind: 'tick', run });
      case 'deliver':
      case 'replay':
      case 'lose':
        return this.#post(step.kind, step.which);
      case 'perform':
        return this.#perform(step.how);
      case 'die':
        return this.#die(step);
      case 'say':
        return this.#send(this.#logRead(step.bytes, step.signals));
      case 'sample': {
        const tool = step.tool === null ? null : { key: step.tool, name: step.tool, sinceMono: this.now.mono - 60_000 };
        return this.#send({
          kind: 'process.sampled',
          run,
          attempt: this.#latest,
          vitals: { cpuMs: step.cpuMs, tool, wroteWall: step.wroteWall },
        });
      }
      case 'answer':
        return this.#answer(evidence({ head: step.head, worktree: null }), step.passed, step.session);
      case 'claim':
        return this.#send({ ...step, kind: 'agent.claimed', run, request: `c${this.#seq}`, attempt: this.#latest });
      case 'done-file':
        return this.#send({ kind: 'done-file.appeared', run, attempt: this.#latest, path: '/done' });
      case 'operator':
        return this.tell({ kind: 'operator.requested', run, request: `o${this.#seq}`, command: step.command });
      case 'mend': {
        const { account } = step.isShared ? this.run.spec : MENDER;
        return this.tell({
          kind: 'operator.requested',
          run,
          request: `m${this.#seq}`,
          command: { kind: 'recover', recovery: { ...MENDER, account, most: step.most } },
        });
      }
      case 'mender-says':
        return this.#send({ ...step, kind: 'recovery.spoke', run, request: `s${this.#seq}`, recovery: this.run.recoveries.tried });
      case 'mender-dies':
        this.#refused = step.refused;
        return this.#mender === null ? this.run : this.#send({ kind: 'recovery.exited', run, recovery: this.#mender });
      case 'log-in':
        return this.tell({ kind: 'credentials.seen', run, fingerprint: step.fingerprint });
      case 'restart':
        return this.#restart(step.rebooted, step.enabled);
      case 'poison':
        return this.tell(this.#logRead(1, null as never));
    }
  }

  /**
   * Everything in flight arrives, and every decision is performed. Returns true if something was
   * left.
   */
  settle(how: 'well' | 'badly'): boolean {
    const busy = this.#mail.length + this.#actions.length + this.#questions.length > 0;
    this.#answer(evidence(), false, null);
    this.#perform(how);
    this.#post('deliver', 0);
    this.#lookAgain();
    return busy;
  }

  /**
   * A death reported before the start was known is reported again: the watcher scans all processes
   * now and then.
   */
  #lookAgain(): void {
    const { attempt } = this.run;
    if (attempt?.alive !== true || attempt.number === this.#alive || this.#mail.length > 0 || this.#actions.length > 0) return;
    this.tell({
      kind: 'process.exited',
      run: 'run-1',
      attempt: attempt.number,
      code: null,
      signal: null,
      outOfMemory: false,
      survivors: [],
    });
  }

  tell(fact: Fact): Run {
    if (fact.kind !== 'watchdog.started' && fact.kind !== 'operator.requested') this.#told.push(fact);
    this.run = this.#decided(this.run, fact);
    return this.run;
  }

  get #latest(): number {
    return Math.max(1, ...this.#started);
  }

  #logRead(bytes: number, signals: readonly Signal[]): Fact {
    const cursor = { dev: 1, ino: 1, birthMs: 1, offset: this.#seq, marker: '', countedOffset: this.#seq, midLine: false };
    return {
      kind: 'log.read',
      run: 'run-1',
      attempt: this.#latest,
      path: '/log',
      bytes,
      lines: signals?.length ?? 0,
      signals,
      cursor,
      gap: null,
    };
  }

  #decided(before: Run | null, fact: Fact): Run {
    this.#seq += 1;
    const seen: Observation = frozen({ ...fact, seq: this.#seq, at: this.now, jitter: 0.5 });
    const around = { ...ALONE, holds: frozen(this.holds), recoveryHolds: frozen(this.recoveryHolds), recovers: this.recovers };
    const decision = decide(before === null ? null : frozen(before), seen, around);
    const heldBefore = this.holds;
    this.holds = decision.holds ?? this.holds;
    this.recoveryHolds = decision.recoveryHolds?.holds ?? this.recoveryHolds;
    const stepped = { before, decision, around, heldBefore, holds: this.holds };
    this.steps.push(stepped);
    this.#check(stepped, this.now);
    this.#actions.push(...decision.actions.filter((action) => action.kind !== 'escalate'));
    this.#questions.push(...decision.questions);
    return JSON.parse(JSON.stringify(decision.run)) as Run;
  }

  #send(fact: Fact): Run {
    this.#mail.push(fact);
    // Mostly at once and in order; a program that wants chaos lets other reports overtake it.
    if (this.#seq % 3 !== 0) this.#post('deliver', this.#mail.length - 1);
    return this.run;
  }

  #post(kind: 'deliver' | 'replay' | 'lose', which: number): Run {
    const list = kind === 'replay' ? this.#told : this.#mail;
    const at = list.length === 0 ? -1 : which % list.length;
    const fact = list[at];
    if (fact === undefined) return this.run;
    if (kind === 'replay') return this.tell(fact);
    const isLosable = fact.kind === 'log.read' || fact.kind === 'process.sampled' || fact.kind === 'agent.claimed';
    if (kind === 'lose' && !isLosable) return this.run;
    list.splice(at, 1);
    return kind === 'deliver' ? this.tell(fact) : this.run;
  }

  #perform(how: 'well' | 'badly' | 'not'): Run {
    const action = this.#actions.shift();
    if (action === undefined) return this.run;
    return this.#send({ kind: 'action.settled', run: action.run, action: action.id, outcome: this.#outcome(action, how) });
  }

  #outcome(action: Action, how: 'well' | 'badly' | 'not'): Outcome {
    const because = 'so it went';
    if (how === 'not' || action.kind === 'escalate') return { kind: 'abandoned', because };
    const { attempt } = action;
    if (action.kind === 'recover') {
      if (this.#alive !== null) throw new Error(`a recovery agent is started while attempt ${this.#alive} lives`);
      if (this.#mender !== null) throw new Error(`a recovery agent is started while agent ${this.#mender} lives`);
      if (how === 'badly') return { kind: 'recovery-failed', because };
      this.#mender = action.recovery;
      return { kind: 'recovery-started', shim: process(2000 + action.recovery) };
    }
    if (action.kind === 'end-recovery') {
      if (how === 'badly') return { kind: 'recovery-end-failed', because };
      if (this.#mender === action.recovery) this.#mender = null;
      return { kind: 'recovery-ended', refused: this.#refused, because };
    }
    if (action.kind === 'end') {
      if (how === 'badly') return { kind: 'end-failed', attempt, because };
      if (this.#alive === attempt) this.#alive = null;
      return { kind: 'ended', attempt, because };
    }
    if (this.#started.has(attempt)) throw new Error(`attempt ${attempt} is started twice`);
    if (this.#mender !== null) throw new Error(`attempt ${attempt} is started while recovery agent ${this.#mender} lives`);
    if (this.#alive !== null) throw new Error(`attempt ${attempt} is started while attempt ${this.#alive} lives`);
    if (how === 'badly') return { kind: 'start-failed', attempt, because };
    this.#started.add(attempt);
    this.#alive = attempt;
    return { kind: 'started', attempt, shim: process(100 + attempt), agent: null };
  }

  #die({ code, signal, leaving }: Step & { kind: 'die' }): Run {
    const attempt = this.#alive;
    if (attempt === null) return this.run;
    if (leaving !== 'agent') this.#alive = null;
    const survivors = leaving === 'none' ? [] : [survivor(leaving, 500 + attempt)];
    return this.#send({ kind: 'process.exited', run: 'run-1', attempt, code, signal, outOfMemory: false, survivors });
  }

  #answer(gathered: Evidence, passed: boolean, session: string | null): Run {
    const question = this.#questions.shift();
    if (question === undefined) return this.run;
    const { run, attempt } = question;
    if (question.kind === 'check') this.#send({ kind: 'check.finished', run, attempt, passed, output: 'no' });
    if (question.kind === 'evidence') this.#send({ kind: 'evidence.gathered', run, attempt, evidence: gathered });
    if (question.kind === 'glance') this.#send({ kind: 'evidence.gathered', run, attempt, evidence: gathered, isGlance: true });
    if (question.kind === 'session') this.#send({ kind: 'session.learned', run, attempt, session });
    return this.run;
  }

  #restart(rebooted: boolean, enabled: boolean): Run {
    this.#questions = [];
    if (rebooted) {
      this.reboots += 1;
      this.#alive = null;
      this.#mender = null;
      this.now = { wall: this.now.wall + 30_000, mono: 20_000 };
      this.#mail = this.#mail.filter(({ kind }) => kind === 'action.settled').map(abandoned);
    }
    this.tell({ kind: 'watchdog.started', run: 'run-1', rebooted, enabled });
    // Decisions from before a reboot are not performed after it.
    if (rebooted) while (this.#actions.length > 0) this.#perform('not');
    return this.run;
  }
}

/** A start whose outcome was overtaken by a reboot came to nothing. */
const abandoned = (fact: Fact): Fact =>
  fact.kind === 'action.settled' ? { ...fact, outcome: { kind: 'abandoned', because: 'the host was rebooted' } } : fact;
