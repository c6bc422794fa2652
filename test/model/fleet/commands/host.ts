import type { Posted } from '../../../../src/core/fleet/outbox.ts';
import type { Chance } from '../../programs/chance.ts';
import type { Bucket } from '../world/bucket.ts';
import type { Engine } from '../world/engine.ts';
import { Member } from '../world/member.ts';
import { Sender, SLOW_TICK_MS } from '../world/sender.ts';
import type { Laws } from './laws.ts';
import type { Message, Queue, Signed } from './queue.ts';

export const FLEET = 'build';
/** Who may sign what. */
const ROLES: Readonly<Record<string, 'view' | 'operate'>> = { ann: 'operate', eve: 'view' };
/** The longest time between two steps of the program. */
const PAUSE_MS = 60_000;
const POLL_MS = 120_000;
/** How long an answer is kept: longer than any command is followed. */
const KEPT_MS = 8 * 86_400_000;

const isSame = (a: Signed, b: Signed): boolean =>
  a.fleet === b.fleet && a.host === b.host && a.request === b.request && a.command === b.command && a.signedMs === b.signedMs;

/** A host that follows commands: its inbox and its replies outlive its program. */
export class Host extends Member {
  readonly #engine: Engine;
  readonly #queue: Queue;
  readonly #answers: Sender;
  readonly #laws: Laws;
  readonly #followed: (host: Host, message: Message) => void;
  #inbox: Message[] = [];
  readonly #replies = new Map<string, number>();

  constructor(name: string, { engine, chance, queue, answers }: Around, laws: Laws, followed: (host: Host, message: Message) => void) {
    super(name, engine.clock, chance);
    this.#engine = engine;
    this.#queue = queue;
    this.#laws = laws;
    this.#followed = followed;
    this.#answers = new Sender(this, engine, { bucket: answers, prefix: `${name}.`, step: laws.outbox, tickMs: SLOW_TICK_MS });
    this.every(POLL_MS, () => this.#poll());
    this.every(POLL_MS, () => this.#follow());
  }

  #poll(): void {
    this.#queue.next(
      this.cut,
      this.name,
      this.answers((waiting) => {
        if (waiting !== null) this.#arrived(waiting.message, waiting.number);
      }),
    );
    const nowMs = this.#engine.clock.nowMs;
    for (const [request, atMs] of this.#replies) if (nowMs - atMs > KEPT_MS) this.#replies.delete(request);
  }

  #arrived(message: Message, number: number): void {
    const acknowledge = () => this.#queue.acknowledge(this.cut, this.name, number);
    const verdict = this.#judged(message);
    if (verdict.kind === 'refuse') this.#refuse(message, verdict.because);
    if (verdict.kind !== 'follow') {
      acknowledge();
      return;
    }
    const keep = () => this.#inbox.push(message);
    // The program may die between the two.
    const [first, then] = this.#laws.keepsFirst ? [keep, acknowledge] : [acknowledge, keep];
    first();
    this.#engine.clock.after(this.#engine.chance.upTo(PAUSE_MS), this.answers(then));
  }

  /** Once the engine has said what time it is. */
  #follow(): void {
    if (this.#inbox.length === 0) return;
    const follow = this.answers((reached: true | null) => {
      if (reached === null) return;
      for (const message of this.#inbox.splice(0)) this.#take(message);
    });
    this.#engine.ask(this.cut, () => true as const, follow);
  }

  #take(message: Message): void {
    const verdict = this.#judged(message);
    if (verdict.kind === 'follow' || (verdict.kind === 'refuse' && !this.#laws.judgesAgain)) {
      this.#followed(this, message);
      this.#reply(message.request, 'followed');
    } else if (verdict.kind === 'refuse') this.#refuse(message, verdict.because);
  }

  #judged(message: Message): ReturnType<Laws['judged']> {
    const { judged, since } = this.#laws;
    const { signature, key, ...rest } = message;
    const role = isSame(signature, rest) ? (ROLES[key] ?? null) : null;
    const here = { fleet: FLEET, host: this.name, hasAnswered: (request: string) => this.#replies.has(request) };
    return judged({ ...rest, ageMs: this.#engine.clock.nowMs - since(message), role }, here);
  }

  /** Only to somebody who may ask this host for something. */
  #refuse({ request, host, fleet, signature }: Message, because: string): void {
    if (host === this.name && fleet === FLEET && signature.request === request) this.#reply(request, because);
  }

  #reply(request: string, message: string): void {
    if (this.#replies.has(request)) return;
    this.#replies.set(request, this.#engine.clock.nowMs);
    this.#answers.happens({ kind: 'changed', key: request, document: message });
  }
}

export interface Around {
  readonly engine: Engine;
  readonly chance: Chance;
  readonly queue: Queue;
  readonly answers: Bucket<Posted>;
}
