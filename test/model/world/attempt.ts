import type { Outcome, ProcessIdentity, Signal, Survivor } from '../../../src/core/model/facts.ts';
import { isSame } from '../../../src/core/values/process-identity.ts';
import { Asking } from './asking.ts';
import type { Act, Life } from './lives.ts';
import type { Machine, Truth } from './machine.ts';
import { type Spent, saidOf } from './spender.ts';

/** The real processes of one attempt. */
export class AttemptProcesses {
  readonly run: string;
  readonly attempt: number;
  readonly shim: ProcessIdentity;
  readonly lines: { readonly signals: readonly Signal[] }[] = [];
  /** What it really spent, in order. */
  readonly spent: Spent[] = [];
  isMainAlive = true;
  isAgentAlive = false;
  isToolAlive = false;
  /** A tool survives that cannot be recognized as its own. */
  isUnseenLeft = false;
  /** What it has asked a person last. */
  asking: readonly Asking[] = [];
  tool: { readonly key: string; readonly sinceMono: number } | null = null;
  exit: { readonly code: number | null; readonly signal: string | null } = { code: null, signal: null };
  /** When it started, and when it last wrote to its log (ms since the program began). */
  readonly startedMs: number;
  wroteMs: number;
  logBytes = 0;
  /** While its processes cannot be inspected, or null if they always can. */
  hides: { readonly sinceMs: number; readonly untilMs: number } | null = null;
  /** When its log was removed, or null if it was not. */
  lostLog: { readonly sinceMs: number; readonly isRead: boolean } | null = null;
  /** Part of its log was given back, including lines that had not been read. */
  isCut = false;
  goneLines = 0;
  readonly #machine: Machine;
  readonly #life: Life;
  readonly #agent: ProcessIdentity;

  constructor(machine: Machine, run: string, attempt: number, life: Life, shim: ProcessIdentity) {
    this.#machine = machine;
    this.#life = life;
    this.run = run;
    this.attempt = attempt;
    this.shim = shim;
    this.#agent = machine.newProcess();
    this.startedMs = machine.clock.nowMs;
    this.wroteMs = this.startedMs;
    this.#goOn(0);
  }

  get isAlive(): boolean {
    return this.isMainAlive || this.isAgentAlive;
  }

  get isAnythingLeft(): boolean {
    return this.isAlive || this.isToolAlive;
  }

  get survivors(): readonly Survivor[] {
    if (this.isAgentAlive) return [{ identity: this.#agent, role: 'agent', name: 'opencode' }];
    return this.isToolAlive ? [{ identity: this.#agent, role: 'tool', name: 'make' }] : [];
  }

  /** As seen by a watchdog that watches this process: the wrapper, or the agent behind it. */
  isDead(watched: ProcessIdentity | null): boolean {
    return watched !== null && isSame(watched, this.#agent) ? !this.isAgentAlive : !this.isMainAlive;
  }

  kill(signal: string | null, code: number | null = null): void {
    if (!this.isAnythingLeft) return;
    this.exit = { code, signal };
    this.isMainAlive = false;
    this.isAgentAlive = false;
    this.isToolAlive = false;
    this.#machine.changed(this);
  }

  get isHidden(): boolean {
    return this.hides !== null && this.#machine.clock.nowMs < this.hides.untilMs;
  }

  says(signals: readonly Signal[]): void {
    this.wroteMs = this.#machine.clock.nowMs;
    if (this.lostLog?.isRead === false) return;
    this.lines.push({ signals });
    for (const signal of signals) if (signal.kind === 'todo') this.#hasDone(signal.done, this.wroteMs);
    this.#machine.said(this.run, signals);
    this.#machine.changed(this);
  }

  /** A list on which fewer are done than before is no result. */
  #hasDone(todos: number, nowMs: number): void {
    const truth = this.#machine.truthOf(this.run);
    if (todos <= truth.todos) return;
    truth.todos = todos;
    truth.changedMs = nowMs;
  }

  /** Gives its log back: the oldest part or all of it, including what has not been read. */
  cut(isAll: boolean): void {
    this.logBytes = 0;
    this.isCut = true;
    if (!isAll) return;
    this.goneLines = this.lines.length;
    this.lines.fill({ signals: [] });
  }

  #goOn(index: number): void {
    const act = this.#life[index];
    if (act === undefined) return;
    this.#machine.clock.after(act.afterMs, () => {
      if (!this.isAlive) return;
      this.#does(act);
      if (act.kind === 'uses-tool') this.#machine.clock.after(act.forMs, () => this.#toolEnds(index));
      else if (act.kind === 'asks') this.#waits(act.texts, index);
      else if (act.kind !== 'hangs') this.#goOn(index + 1);
    });
  }

  #toolEnds(index: number): void {
    if (!this.isAlive) return;
    this.tool = null;
    this.says([{ kind: 'tool' }]);
    this.#goOn(index + 1);
  }

  #waits(texts: readonly string[], index: number): void {
    let open = texts.length;
    this.asking = texts.map(
      (text) =>
        new Asking(this.#machine, this, text, () => {
          open -= 1;
          this.says([{ kind: 'tool' }]);
          if (open === 0) this.#goOn(index + 1);
        }),
    );
  }

  #does(act: Act): void {
    const { run, attempt } = this;
    switch (act.kind) {
      case 'says':
        this.says(act.signals);
        return;
      case 'answers':
        this.spent.push({ line: this.lines.length, usd: act.usd });
        this.says(saidOf(this, act.usd, this.#machine));
        return;
      case 'commits':
        if (!this.#canWrite()) return;
        this.#achieves('commits');
        this.says([{ kind: 'tool' }]);
        return;
      case 'edits':
        if (!this.#canWrite()) return;
        this.#achieves('files');
        this.says([{ kind: 'tool' }]);
        return;
      case 'hides':
        this.hides = { sinceMs: this.#machine.clock.nowMs, untilMs: this.#machine.clock.nowMs + act.forMs };
        return;
      case 'loses-its-log':
        this.lostLog = { sinceMs: this.#machine.clock.nowMs, isRead: act.isRead };
        this.#machine.changed(this);
        return;
      case 'progresses': {
        const truth = this.#achieves('progress');
        this.#claims('progress', true, `step ${truth.progress}`);
        return;
      }
      case 'uses-tool':
        this.tool = { key: `make ${attempt}`, sinceMono: this.#machine.clock.now.mono };
        return;
      case 'writes':
        if (this.#machine.volume.write(act.bytes)) return;
        this.says([{ kind: 'no-space', text: 'No space left on device' }]);
        this.kill(null, 1);
        return;
      case 'floods': {
        const { volume } = this.#machine;
        const fittingBytes = Math.min(act.bytes, volume.availableBytes);
        this.logBytes += fittingBytes;
        volume.write(act.bytes);
        if (fittingBytes > 0) this.says([]);
        return;
      }
      case 'claims-done':
        if (act.isTrue) this.#machine.truthOf(run).isFinished = true;
        this.#claims('done', true, 'everything is upgraded');
        return;
      case 'is-blocked':
        this.#claims('blocked', true, 'the deploy key is missing');
        return;
      case 'echoes-done':
        this.#claims('done', false, 'dogwatch done --because');
        return;
      case 'loses-a-tool':
        this.isUnseenLeft = true;
        return;
      case 'asks':
      case 'hangs':
        return;
      case 'ends':
        this.#ends(act);
        return;
    }
  }

  #achieves(what: 'commits' | 'files' | 'progress'): Truth {
    const truth = this.#machine.truthOf(this.run);
    truth[what] += 1;
    truth.changedMs = this.#machine.clock.nowMs;
    return truth;
  }

  /** An agent that cannot write says so, and dies. */
  #canWrite(): boolean {
    if (!this.#machine.volume.isReadOnly) return true;
    this.says([{ kind: 'no-space', text: 'Read-only file system' }]);
    this.kill(null, 1);
    return false;
  }

  #claims(claim: 'done' | 'blocked' | 'progress', genuine: boolean, because: string): void {
    const { run, attempt } = this;
    this.#machine.request((request) => ({ kind: 'agent.claimed', run, request, attempt, genuine, claim, because }));
  }

  #ends({ code, signal, leaving, leavesReport = false }: Act & { kind: 'ends' }): void {
    if (leavesReport) this.#machine.truthOf(this.run).files += 1;
    if (leaving === 'none' || this.isAgentAlive) {
      this.kill(signal, code);
      return;
    }
    this.exit = { code, signal };
    this.isMainAlive = false;
    this.isToolAlive = leaving === 'tool';
    this.isAgentAlive = leaving === 'agent';
    // An agent behind its wrapper works on for a while.
    if (leaving === 'agent') this.#machine.clock.after(90_000, () => this.isAgentAlive && this.kill(null, 0));
    this.#machine.changed(this);
  }
}

export const startedAs = ({ attempt, shim }: AttemptProcesses): Outcome => ({ kind: 'started', attempt, shim, agent: null });
