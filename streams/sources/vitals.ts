import { asyncScheduler, Observable, type SchedulerLike, type Subscriber, type Subscription } from 'rxjs';
import type { Fact, Instant, Vitals } from '../../src/core/model/facts.ts';
import type { Run } from '../../src/core/model/run.ts';
import { patienceMs, silentSince } from '../../src/core/run/liveness.ts';
import { every, IDLE_MS } from '../operators/every.ts';

/** How often a silent attempt is sampled. */
const SAMPLE_EVERY_MS = 15_000;
/** The least time between two scans. */
const ROUND_MS = 1000;
/**
 * A scan of the machine's processes costs the same for one run as for a thousand: those due within
 * this share of their period are included.
 */
const EARLY_SHARE = 0.5;
/**
 * A look on the idle beat costs an idle process no wake-up of its own: for that it may be early or
 * late by this share of its period.
 */
const SLACK_SHARE = 1 / 6;

export interface VitalsDeps {
  now(): Instant;
  /** The vitals of these runs' attempts by run id; an attempt without a living process has none. */
  look(runs: readonly Run[]): ReadonlyMap<string, Vitals>;
  /**
   * What the logs still say: a watchdog that was stopped for a while must not call an attempt
   * silent before it has read them.
   */
  catchUp(run: Run): readonly Fact[];
  readonly scheduler?: SchedulerLike;
}

/**
 * Samples the processes of living attempts that have been silent for a while, repeatedly. An
 * attempt with a busy log is not sampled.
 */
export const vitals = (changed$: Observable<Run>, deps: VitalsDeps): Observable<Fact> =>
  new Observable((subscriber) => {
    const rounds = new Rounds(subscriber, deps);
    subscriber.add(() => rounds.close());
    subscriber.add(changed$.subscribe({ next: rounds.guarded((run) => rounds.follow(run)), error: (error) => subscriber.error(error) }));
    subscriber.add(every(IDLE_MS, deps.scheduler ?? asyncScheduler).subscribe(rounds.guarded(() => rounds.beat())));
  });

class Rounds {
  readonly #subscriber: Subscriber<Fact>;
  readonly #deps: VitalsDeps;
  readonly #living = new Map<string, Run>();
  readonly #sampledMono = new Map<string, number>();
  #nextBeatMono: number;
  #roundMono = Number.NEGATIVE_INFINITY;
  #alarm: { readonly mono: number; readonly timer: Subscription } | null = null;

  constructor(subscriber: Subscriber<Fact>, deps: VitalsDeps) {
    this.#subscriber = subscriber;
    this.#deps = deps;
    this.#nextBeatMono = deps.now().mono + IDLE_MS;
  }

  follow(run: Run): void {
    if (run.attempt?.alive === true) {
      this.#living.set(run.id, run);
      this.#wait(run);
    } else if (this.#living.delete(run.id)) this.#sampledMono.delete(run.id);
  }

  beat(): void {
    this.#nextBeatMono = this.#deps.now().mono + IDLE_MS;
    this.#round(SLACK_SHARE);
  }

  close(): void {
    this.#alarm?.timer.unsubscribe();
  }

  guarded<T>(act: (value: T) => void): (value: T) => void {
    return (value) => {
      try {
        act(value);
      } catch (error) {
        this.#subscriber.error(error);
      }
    };
  }

  #round(slackShare: number): void {
    const { mono } = this.#deps.now();
    const isDue = (earlyShare: number) => (run: Run) => mono >= dueMono(run, this.#sampledMono.get(run.id), earlyShare);
    const runs = [...this.#living.values()];
    if (runs.some(isDue(slackShare))) this.#look(runs.filter(isDue(EARLY_SHARE)), mono);
    for (const run of this.#living.values()) this.#wait(run);
  }

  #look(due: readonly Run[], mono: number): void {
    this.#roundMono = mono;
    const seen = this.#deps.look(due);
    for (const run of due) {
      this.#sampledMono.set(run.id, mono);
      const found = seen.get(run.id);
      if (found === undefined) continue;
      for (const fact of this.#deps.catchUp(run)) this.#subscriber.next(fact);
      this.#subscriber.next({ kind: 'process.sampled', run: run.id, attempt: run.attempt?.number ?? 0, vitals: found });
    }
  }

  /** A run that can't wait for the next beat gets a timer. */
  #wait(run: Run): void {
    const sampledMono = this.#sampledMono.get(run.id);
    if (dueMono(run, sampledMono, -SLACK_SHARE) >= this.#nextBeatMono) return;
    const mono = Math.max(dueMono(run, sampledMono, 0), this.#roundMono + ROUND_MS);
    if (this.#alarm !== null && this.#alarm.mono <= mono) return;
    this.#alarm?.timer.unsubscribe();
    const { now, scheduler = asyncScheduler } = this.#deps;
    const ring = this.guarded<void>(() => {
      this.#alarm = null;
      this.#round(0);
    });
    this.#alarm = { mono, timer: scheduler.schedule(() => ring(), Math.max(0, Math.ceil(mono - now().mono))) };
  }
}

function dueMono(run: Run, sampledMono: number | undefined, earlyShare: number): number {
  const { attempt, spec } = run;
  // Whether its exit status means anything depends on whether an agent is among its processes, so a
  // busy log is no reason not to look.
  if (attempt !== null && spec.done.exitByDefault === true && attempt.agentSeen === undefined) {
    const begun = attempt.startedAt.mono;
    const ageMs = (sampledMono ?? begun) - begun;
    return begun + ageMs + Math.min(SAMPLE_EVERY_MS, Math.max(ROUND_MS, ageMs / 4)) * (1 - earlyShare);
  }
  const everyMs = Math.min(SAMPLE_EVERY_MS, patienceMs(run) / 4);
  const activeMono = run.attempt === null ? 0 : silentSince(run.attempt).mono;
  return Math.max(activeMono, sampledMono ?? 0) + everyMs * (1 - earlyShare);
}
