import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncScheduler, Subject, type Subscription, VirtualTimeScheduler } from 'rxjs';
import type { Fact, LogCursor, Signal } from '../../../src/core/model/facts.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { newAttempt, newRun } from '../../../src/core/run/new-run.ts';
import { watchPath } from '../../../src/logs/watch-path.ts';
import { type LogLines, logLines } from '../../../streams/sources/log-lines.ts';
import { type AttemptPatch, attemptWith } from '../../kit/core/samples.ts';
import { specWith } from '../../kit/core/world.ts';

type Read = Fact & { kind: 'log.read' };
interface Watcher {
  readonly path: string;
  readonly touched: () => void;
  readonly failed: (because: string) => void;
  open: boolean;
}

const AT = { wall: 0, mono: 0 };

/** Each line is a signal with its text, so that facts show what was read. */
const interpreter = (log: string) => ({
  read: (lines: readonly string[]): Signal[] =>
    lines.map((text) => {
      if (text === 'poison') throw new Error(`poison in ${log}`);
      return { kind: 'error', text };
    }),
});

/**
 * A watchdog around the source, with logs in a directory: it records cursors as the store would,
 * and can be restarted.
 */
export class LogWatchdog {
  readonly directory = mkdtempSync(join(tmpdir(), 'dogwatch-source-'));
  readonly scheduler = new VirtualTimeScheduler(undefined, 0);
  readonly watchers: Watcher[] = [];
  readonly problems: string[] = [];
  readonly facts: Read[] = [];
  cursors: Record<string, LogCursor> = {};
  /** The agent's records of the session that are known now. */
  records: readonly { readonly path: string; readonly isNew: boolean }[] = [];
  #changed$ = new Subject<Run>();
  #lines!: LogLines;
  #subscription!: Subscription;
  readonly #real: boolean;

  constructor(real = false) {
    this.#real = real;
    this.restart();
  }

  /** Restarts as after a kill: what is in memory is lost, what was recorded is not. */
  restart() {
    this.#subscription?.unsubscribe();
    this.#changed$ = new Subject();
    this.#lines = logLines(this.#changed$, {
      logs: (run) => [
        ...(run.attempt === null ? [] : [{ path: this.own(run.attempt.number), kind: 'attempt' as const }]),
        ...run.spec.logs.map((path) => ({ path, kind: 'given' as const })),
        ...(existsSync(this.shared) ? [{ path: this.shared, kind: 'shared' as const }] : []),
      ],
      records: () => this.records.map(({ path, isNew }) => ({ path, isNew, kind: 'record' as const })),
      interpreter: (run, { path }) => interpreter(`${path} of attempt ${run.attempt?.number}`),
      report: (problem) => this.problems.push(problem),
      watch: this.#real ? watchPath : this.#watch,
      scheduler: this.#real ? asyncScheduler : this.scheduler,
    });
    this.subscribe();
  }

  subscribe() {
    this.#subscription = this.#lines.facts$.subscribe((fact) => this.#hear(fact as Read));
  }

  stop() {
    this.#subscription.unsubscribe();
  }

  remove() {
    this.stop();
    rmSync(this.directory, { recursive: true });
  }

  own(attempt: number): string {
    return join(this.directory, `attempt-${attempt}.log`);
  }

  /** A log that all processes of an agent write to. */
  get shared(): string {
    return join(this.directory, 'shared.log');
  }

  get extra(): string {
    return join(this.directory, 'extra.log');
  }

  #watch = (path: string, touched: () => void, failed: (because: string) => void) => {
    const watcher = { path, touched, failed, open: true };
    this.watchers.push(watcher);
    return () => {
      watcher.open = false;
    };
  };

  #hear(fact: Read) {
    this.facts.push(fact);
    this.cursors = { ...this.cursors, [fact.path]: JSON.parse(JSON.stringify(fact.cursor)) };
  }

  run(attempt: AttemptPatch | null, patch: Partial<Run> = {}): Run {
    const spec = specWith({ logs: [this.extra] });
    const registered = {
      kind: 'run.registered',
      run: 'r',
      request: 'q',
      generation: 1,
      spec,
      foreign: null,
      seq: 1,
      at: AT,
      jitter: 0,
    } as const;
    const living = attempt === null ? null : attemptWith(newAttempt(attempt.number ?? 1, null, null, 'start', AT), attempt);
    return { ...newRun(registered, true), attempt: living, cursors: this.cursors, ...patch };
  }

  /** Changes the run and performs everything that is due at once. */
  tell(attempt: AttemptPatch | null, patch: Partial<Run> = {}) {
    this.#changed$.next(this.run(attempt, patch));
    this.pass(0);
  }

  pass(ms: number) {
    this.scheduler.maxFrames = this.scheduler.frame + ms;
    this.scheduler.flush();
    this.scheduler.frame = this.scheduler.maxFrames;
  }

  touch(path: string) {
    for (const watcher of this.watchers) if (watcher.open && watcher.path === path) watcher.touched();
    this.pass(0);
  }

  drain(attempt: AttemptPatch, how: 'drain' | 'catchUp' = 'drain'): string[] {
    const facts = this.#lines[how](this.run(attempt)) as Read[];
    for (const fact of facts) this.#hear(fact);
    return facts.flatMap(said);
  }

  /** What was said since the last call. */
  get said(): string[] {
    return this.facts.splice(0).flatMap(said);
  }

  get watched(): string[] {
    return this.watchers.filter((watcher) => watcher.open).map((watcher) => watcher.path);
  }
}

const said = ({ attempt, signals }: Read): string[] => signals.map((signal) => `${attempt}: ${'text' in signal ? signal.text : ''}`);
