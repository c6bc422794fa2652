import { DAY } from '../../../kit/core/world.ts';
import type { Engine } from '../world/engine.ts';

/** The bytes that are signed, and by whom. */
export interface Signed {
  readonly fleet: string;
  readonly host: string;
  readonly request: string;
  readonly command: string;
  readonly signedMs: number;
}

export interface Message extends Signed {
  /** What was signed; another text than this has no valid signature. */
  readonly signature: Signed;
  readonly key: string;
  /** When it came to the engine. */
  readonly atMs: number;
}

const MOST_AGE_MS = 7 * DAY;
const AGAIN_MS = 30_000;

interface Waiting {
  readonly number: number;
  readonly message: Message;
  deliveredMs: number;
}

/** The commands that wait for each host, delivered until they are acknowledged. */
export class Queue {
  readonly #engine: Engine;
  readonly #hosts = new Map<string, readonly Waiting[]>();
  readonly acknowledged = new Set<string>();
  #number = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** True if it is written, null if that is not known. */
  append(isCut: () => boolean, host: string, message: Omit<Message, 'atMs'>, answer: (written: true | null) => void): void {
    this.#engine.ask(isCut, () => this.put(host, message), answer);
  }

  put(host: string, message: Omit<Message, 'atMs'>): true {
    this.#number += 1;
    const waiting = {
      number: this.#number,
      message: { ...message, atMs: this.#engine.clock.nowMs },
      deliveredMs: Number.NEGATIVE_INFINITY,
    };
    this.#hosts.set(host, [...this.#of(host), waiting]);
    return true;
  }

  next(isCut: () => boolean, host: string, answer: (waiting: Waiting | null) => void): void {
    const deliver = (): Waiting | null => {
      const { nowMs } = this.#engine.clock;
      const due = this.#of(host).find(({ deliveredMs }) => nowMs - deliveredMs >= AGAIN_MS) ?? null;
      if (due !== null) due.deliveredMs = nowMs;
      return due;
    };
    this.#engine.ask<Waiting | null>(isCut, deliver, answer);
  }

  acknowledge(isCut: () => boolean, host: string, number: number): void {
    const remove = () => {
      for (const one of this.#of(host)) if (one.number === number) this.acknowledged.add(one.message.request);
      this.#hosts.set(
        host,
        this.#of(host).filter((one) => one.number !== number),
      );
    };
    this.#engine.ask(isCut, remove, () => {});
  }

  #of(host: string): readonly Waiting[] {
    return (this.#hosts.get(host) ?? []).filter(({ message }) => this.#engine.clock.nowMs - message.atMs < MOST_AGE_MS);
  }
}
