import type { Instant } from '../../../src/core/model/facts.ts';
import { BEGIN } from '../../kit/core/simulation.ts';

interface Due {
  readonly atMs: number;
  readonly number: number;
  readonly happen: () => void;
}

/**
 * True time, which nothing in the world can see (ms since the program began), the events to come,
 * and the machine's two clocks.
 */
export class Clock {
  nowMs = 0;
  bootMs = -3_600_000;
  skewMs = 0;
  readonly #heap: Due[] = [];
  #number = 0;

  get now(): Instant {
    return { wall: BEGIN + this.nowMs + this.skewMs, mono: this.nowMs - this.bootMs };
  }

  after(ms: number, happen: () => void): void {
    const heap = this.#heap;
    this.#number += 1;
    const due = { atMs: this.nowMs + Math.max(0, ms), number: this.#number, happen };
    let at = heap.length;
    heap.push(due);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(due, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = due;
  }

  /** Lets the next event happen. Returns false if none is left before this time. */
  step(untilMs: number): boolean {
    const [first] = this.#heap;
    if (first === undefined || first.atMs > untilMs) return false;
    const last = this.#heap.pop()!;
    if (this.#heap.length > 0) this.#sink(last);
    this.nowMs = first.atMs;
    first.happen();
    return true;
  }

  #sink(due: Due): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, due)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = due;
  }
}

const isBefore = (one: Due, other: Due): boolean => one.atMs < other.atMs || (one.atMs === other.atMs && one.number < other.number);
