import { asyncScheduler, exhaustMap, from, ignoreElements, interval, type Observable, type SchedulerLike, startWith, tap } from 'rxjs';
import { type Hearing, heard, nothingHeard, silentMs } from '../../src/core/fleet/hearing.ts';
import { ANSWER_MS, type LeaseTimes } from '../../src/core/fleet/times.ts';
import { fingerprint } from '../../src/core/values/fingerprint.ts';
import type { Engine } from '../../src/fleet/engine.ts';
import { beatIn, type HostBeat } from '../../src/fleet/rows/host-row.ts';
import { inTime } from './in-time.ts';

/** In a larger fleet only a few hosts hear the others all the time: each reads the rows of all. */
const LISTENERS = 5;
/** How often the others look whether they are among those, in renewals. */
const SELDOM = 30;

export interface EarsDeps {
  readonly engine: Engine;
  /** The key of this host. */
  readonly key: string;
  readonly times: LeaseTimes;
  nowMs(): number;
  /** When this host's own beat was sent that the engine has acknowledged last. */
  ackedMs(): number;
  /** This host has the duty, or notices of others: it hears them, whoever else does. */
  isCaring(): boolean;
  /** Called when all rows of hosts have been read. */
  heard(): void;
  readonly scheduler?: SchedulerLike;
}

/** What this host hears of the others. */
export class Ears {
  readonly #deps: EarsDeps;
  readonly #scheduler: SchedulerLike;
  #hearing: Hearing;
  #beats: ReadonlyMap<string, HostBeat> = new Map();
  #isListener = true;
  #looks = 0;

  constructor(deps: EarsDeps) {
    this.#deps = deps;
    this.#scheduler = deps.scheduler ?? asyncScheduler;
    this.#hearing = nothingHeard(deps.nowMs());
  }

  /** The last beat of each host, by its key. */
  get beats(): ReadonlyMap<string, HostBeat> {
    return this.#beats;
  }

  /** This host is one of those that may have the duty. */
  get isListener(): boolean {
    return this.#isListener;
  }

  silentMs(key: string): number {
    return silentMs(this.#hearing, key, this.#deps.nowMs(), this.#deps.times);
  }

  /**
   * Reads all rows, and not only what a watch says: a watch may be silent for a while without an
   * error.
   */
  get listening$(): Observable<never> {
    return interval(this.#deps.times.renewMs / 2, this.#scheduler).pipe(
      startWith(0),
      exhaustMap(() => from(this.#listen())),
      tap((isHeard) => isHeard && this.#deps.heard()),
      ignoreElements(),
    );
  }

  async #listen(): Promise<boolean> {
    const { engine, times, isCaring } = this.#deps;
    this.#looks += 1;
    if (!this.#isListener && !isCaring() && this.#looks % (2 * SELDOM) !== 0) return false;
    const all = await inTime(engine.list('hosts', ''), null, this.#scheduler, 3 * ANSWER_MS);
    if (all === null) return false;
    const rows = [...all].flatMap(([key, { row, ageMs }]) => {
      const beat = row === null ? null : beatIn(row);
      return beat === null ? [] : [[key, { beat, ageMs }] as const];
    });
    this.#beats = new Map(rows.map(([key, { beat }]) => [key, beat]));
    this.#isListener = listenersOf(new Map(rows), times).has(this.#deps.key);
    const numbers = new Map(rows.map(([key, { beat }]) => [key, beat.number]));
    this.#hearing = heard(this.#hearing, numbers, { nowMs: this.#deps.nowMs(), beatMs: this.#deps.ackedMs() }, times);
    return true;
  }
}

/**
 * Who hears the others: the same hosts for everybody who looks. One that can send notices to people
 * goes before one that can only write them into its own log.
 */
function listenersOf(
  rows: ReadonlyMap<string, { readonly beat: HostBeat; readonly ageMs: number }>,
  { takeMs }: LeaseTimes,
): ReadonlySet<string> {
  const alive = [...rows].filter(([, { beat, ageMs }]) => !beat.hasEnded && !beat.isGone && ageMs < takeMs);
  const able = alive.filter(([, { beat }]) => beat.channels > 0);
  const keys = (able.length > 0 ? able : alive).map(([key]) => key);
  return new Set(keys.toSorted((one, other) => (fingerprint(one) < fingerprint(other) ? -1 : 1)).slice(0, LISTENERS));
}
