import type { Stored } from '../../../../src/core/fleet/lease.ts';
import {
  emptyOutbox,
  type Outbox,
  type OutboxAction,
  type OutboxEvent,
  type outboxStep,
  type Posted,
  reopened,
} from '../../../../src/core/fleet/outbox.ts';
import type { Bucket } from './bucket.ts';
import type { Engine } from './engine.ts';
import type { Member } from './member.ts';

type OutboxStep = (outbox: Outbox, event: OutboxEvent, now: Member) => ReturnType<typeof outboxStep>;

const TICK_MS = 500;
export const SLOW_TICK_MS = 120_000;

interface Sends {
  readonly bucket: Bucket<Posted>;
  readonly prefix: string;
  readonly step: OutboxStep;
  /** Done before each tick. */
  readonly before?: () => void;
  readonly tickMs?: number;
}

/** Sends the outbox of a member: what is on its disk outlives its program. */
export class Sender {
  outbox: Outbox;
  readonly #member: Member;
  readonly #bucket: Bucket<Posted>;
  readonly #prefix: string;
  readonly #step: OutboxStep;
  #isListed = false;

  constructor(member: Member, engine: Engine, { bucket, prefix, step, before = () => {}, tickMs = TICK_MS }: Sends) {
    this.#member = member;
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#step = step;
    this.outbox = emptyOutbox(member.nowMs);
    member.whenStarted(() => this.#start());
    member.every(tickMs, () => {
      before();
      this.happens({ kind: 'tick' });
    });
    member.every(40 * tickMs, () => this.#list());
    member.every(40 * tickMs, () =>
      engine.ask(
        member.cut,
        () => engine.made,
        member.answers((made) => {
          if (made !== null) this.happens({ kind: 'engine', made });
        }),
      ),
    );
  }

  happens(event: OutboxEvent): void {
    const { outbox, actions } = this.#step(this.outbox, event, this.#member);
    this.outbox = outbox;
    for (const action of actions) this.#does(action);
  }

  #start(): void {
    this.outbox = reopened(this.outbox, this.#member.nowMs);
    this.#isListed = false;
    this.#list();
  }

  /** Which keys of this host the engine has, once after each start. */
  #list(): void {
    if (this.#isListed) return;
    const listed = this.#member.answers((all: ReadonlyMap<string, Stored<Posted>> | null) => {
      this.#isListed ||= all !== null;
      for (const [key, stored] of all ?? []) this.happens({ kind: 'listed', key: key.slice(this.#prefix.length), stored });
    });
    this.#bucket.list(this.#member.cut, this.#prefix, listed);
  }

  #does(action: OutboxAction): void {
    const { cut } = this.#member;
    const key = this.#prefix + action.key;
    if (action.kind === 'read')
      this.#bucket.read(
        cut,
        key,
        this.#member.answers((stored) => this.happens({ kind: 'read', stored })),
      );
    else
      this.#bucket.swap(
        cut,
        key,
        action.rev,
        action.row,
        this.#member.answers((result) => this.happens({ kind: 'swapped', result })),
      );
  }
}
