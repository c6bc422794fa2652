import { asyncScheduler, Observable, type SchedulerLike, type Subscription } from 'rxjs';
import type { Stored, Swapped } from '../../src/core/fleet/lease.ts';
import {
  emptyOutbox,
  type Outbox,
  type OutboxAction,
  type OutboxEvent,
  outboxStep,
  type Posted,
  reopened,
} from '../../src/core/fleet/outbox.ts';
import { ANSWER_MS } from '../../src/core/fleet/times.ts';
import type { Bucket, Engine } from '../../src/fleet/engine.ts';
import { opened } from '../../src/fleet/rows/envelope.ts';
import { inTime } from './in-time.ts';

/** The two clocks of this host: the one that counts while it sleeps, and the one on the wall. */
interface Clocks {
  readonly nowMs: number;
  readonly nowWall: number;
}

export interface SenderDeps {
  readonly engine: Engine;
  readonly bucket: Bucket;
  /** All keys of this host in the bucket begin with this, and no key of another host. */
  readonly prefix: string;
  /** It has one key, which is the prefix itself: a longer one is of another host. */
  readonly isAlone?: boolean;
  now(): Clocks;
  /** The text of a row, with its signature. */
  seal(key: string, row: Posted): string;
  /** Stores what changed of the outbox. It may throw: then it is tried again. */
  keep?(outbox: Outbox, changed: Outbox['rows']): void;
  /** Done before something is sent: it may change more. */
  before?(): void;
  /** When `before` has something to say by itself, by the clock of `now`. */
  wakes?(): number;
  stepped?(outbox: Outbox): void;
  report(problem: string): void;
  readonly scheduler?: SchedulerLike;
}

/** It is asked this often which engine answers, and until it is known which rows are there. */
const LOOK_MS = 20_000;
/** An engine to which there is no connection is tried this often all the same. */
const CUT_MS = 30_000;
/** How long it may take until it is stored what the engine has acknowledged. */
const KEEP_MS = 2000;
/** No timer is set for longer: the clock that counts may have gone on while the host slept. */
const LONGEST_MS = 5000;

/**
 * Sends the outbox to the engine: one row after another, the next one when the answer to the one
 * before has come. Nothing waits for it, and it keeps one row a key, however long the engine is
 * away.
 */
export class Sender {
  #outbox: Outbox;
  readonly #deps: SenderDeps;
  readonly #scheduler: SchedulerLike;
  #kept: Outbox['rows'];
  #timer: Subscription | null = null;
  #keeping: Subscription | null = null;
  #isConnected = false;
  #isListed = false;
  #isRunning = false;
  #lookMs = Number.NEGATIVE_INFINITY;
  #triedMs = Number.NEGATIVE_INFINITY;
  #isLooking = false;

  constructor(deps: SenderDeps, stored: Pick<Outbox, 'last' | 'rows' | 'engine'> | null = null) {
    this.#deps = deps;
    this.#scheduler = deps.scheduler ?? asyncScheduler;
    const { nowMs } = deps.now();
    this.#outbox = reopened({ ...emptyOutbox(nowMs), ...stored }, nowMs);
    this.#kept = this.#outbox.rows;
  }

  get outbox(): Outbox {
    return this.#outbox;
  }

  /** Sends while it is subscribed to. */
  readonly sending$: Observable<never> = new Observable(() => {
    this.#isRunning = true;
    const end = this.#deps.engine.onConnection((isConnected) => {
      this.#isConnected = isConnected;
      // It may be another engine, or one that was rolled back.
      this.#lookMs = Number.NEGATIVE_INFINITY;
      this.#pump();
    });
    this.#pump();
    return () => {
      end();
      this.#isRunning = false;
      this.#timer?.unsubscribe();
      this.#keeping?.unsubscribe();
      this.#keepNow();
    };
  });

  /** Documents of keys that are as they were change nothing. */
  changed(documents: ReadonlyMap<string, string>): void {
    const before = this.#outbox.rows;
    for (const [key, document] of documents) this.say(key, document);
    // A number is stored before it is sent. If it can't be, a host that counts from an older one
    // learns from the engine where it was.
    if (this.#outbox.rows !== before) this.#keepNow();
    this.#pump();
  }

  /** The same for one key, and nothing is sent yet. */
  say(key: string, document: string): void {
    this.#step({ kind: 'changed', key, document });
  }

  /** Compares everything with what the engine has, and sends again what it does not have. */
  resync(): void {
    this.#outbox = { ...this.#outbox, engine: '' };
    this.#lookMs = Number.NEGATIVE_INFINITY;
    this.#isListed = false;
    this.#pump();
  }

  #step(event: OutboxEvent): void {
    const { outbox, actions } = outboxStep(this.#outbox, event, this.#deps.now());
    this.#outbox = outbox;
    this.#deps.stepped?.(outbox);
    for (const action of actions) this.#does(action);
  }

  #pump(): void {
    if (!this.#isRunning) return;
    const { nowMs } = this.#deps.now();
    if (this.#isConnected || nowMs - this.#triedMs >= CUT_MS) {
      if (!this.#isConnected) this.#triedMs = nowMs;
      this.#deps.before?.();
      this.#look(nowMs);
      this.#step({ kind: 'tick' });
    }
    this.#sleep();
  }

  /** Until there is something to do. An answer wakes it as well. */
  #sleep(): void {
    this.#timer?.unsubscribe();
    const { nowMs } = this.#deps.now();
    const { asked, nextMs, auditMs, rows } = this.#outbox;
    const isBehind = [...rows.values()].some(({ isPosted }) => !isPosted);
    const hasToAsk = asked === null && rows.size > 0;
    const own = !hasToAsk ? Number.POSITIVE_INFINITY : isBehind ? nextMs : auditMs;
    const said = asked === null ? (this.#deps.wakes?.() ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
    const next = this.#isConnected ? Math.min(own, said) : nowMs + LONGEST_MS;
    const inMs = Math.min(LONGEST_MS, Math.max(1, next - nowMs));
    this.#timer = this.#scheduler.schedule(() => this.#pump(), inMs);
  }

  /** Which engine this is and, once after the start, which keys of this host it has. */
  #look(nowMs: number): void {
    if (this.#isLooking || nowMs - this.#lookMs < LOOK_MS) return;
    this.#lookMs = nowMs;
    this.#isLooking = true;
    const look = async () => {
      const made = await inTime(this.#deps.engine.made(), null, this.#scheduler);
      if (made !== null && this.#isRunning) this.#step({ kind: 'engine', made });
      if (made === null || this.#isListed || this.#deps.isAlone === true) return;
      const all = await inTime(this.#deps.engine.list(this.#deps.bucket, this.#deps.prefix), null, this.#scheduler, 5 * ANSWER_MS);
      if (all === null || !this.#isRunning) return;
      this.#isListed = true;
      for (const [key, { rev, row }] of all)
        this.#step({ kind: 'listed', key: key.slice(this.#deps.prefix.length), stored: { rev, row: row === null ? null : opened(row) } });
    };
    void look()
      .catch((error: unknown) => this.#deps.report(`the engine of the fleet could not be asked: ${String(error)}`))
      .then(() => {
        this.#isLooking = false;
        this.#pump();
      });
  }

  #does(action: OutboxAction): void {
    const { engine, bucket, prefix, seal } = this.#deps;
    const key = prefix + action.key;
    // Whatever happens, there is an answer: otherwise nothing would ever be sent again.
    const event: Promise<OutboxEvent> =
      action.kind === 'read'
        ? inTime(engine.get(bucket, key), null, this.#scheduler).then((stored) => ({ kind: 'read', stored: posted(stored) }))
        : inTime<Swapped>(engine.swap(bucket, key, action.rev, seal(action.key, action.row)), { kind: 'unknown' }, this.#scheduler).then(
            (result) => ({ kind: 'swapped', result }),
          );
    void event.then((answer) => {
      if (!this.#isRunning) return;
      this.#step(answer);
      this.#keepSoon();
      this.#pump();
    });
  }

  #keepSoon(): void {
    if (this.#deps.keep === undefined || this.#keeping !== null) return;
    this.#keeping = this.#scheduler.schedule(() => this.#keepNow(), KEEP_MS);
  }

  #keepNow(): void {
    this.#keeping?.unsubscribe();
    this.#keeping = null;
    const { rows } = this.#outbox;
    if (this.#deps.keep === undefined || rows === this.#kept) return;
    const changed = new Map([...rows].filter(([key, row]) => this.#kept.get(key) !== row));
    try {
      this.#deps.keep(this.#outbox, changed);
      this.#kept = rows;
    } catch (error) {
      // A full disk: it goes on from memory, and stores it with the next change.
      this.#deps.report(`what the fleet was sent could not be stored: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** What nobody can read as a row of this host counts as no row: it is written over. */
const posted = (stored: Stored<string> | null): Stored<Posted> | null =>
  stored === null ? null : { rev: stored.rev, row: stored.row === null ? null : opened(stored.row) };
