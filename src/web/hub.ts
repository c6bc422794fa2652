import { setTimeout } from 'node:timers/promises';
import { clockAt } from '../look/clock.ts';
import { follow } from '../look/follow.ts';
import { lookAtRun } from '../look/run.ts';
import type { Layout } from '../store/directory/layout.ts';
import { overviewOf, runPageOf } from './documents.ts';

/** Something for a page that stays open. */
export interface Message {
  readonly event: 'overview' | 'run' | 'problem';
  readonly data: string;
}

type Send = (message: Message) => void;

/** How often the state is asked whether it has changed: a page shows a change within a second. */
const EVERY_MS = 400;
/** Ages grow even if nothing changes. */
const AT_MOST_MS = 15_000;
/** After this the state is tried again if it could not be read at all. */
const AGAIN_MS = 2000;

/**
 * Follows the state as long as somebody is there to see it, once for all of them: each gets the
 * overview, and the page of its run if it looks at one.
 */
export class Hub {
  readonly #layout: Layout;
  readonly #isUtc: boolean;
  readonly #watchers = new Map<Send, string | null>();
  readonly #last = new Map<string, Message>();
  #ends: AbortController | null = null;

  constructor(layout: Layout, isUtc: boolean) {
    this.#layout = layout;
    this.#isUtc = isUtc;
  }

  get size(): number {
    return this.#watchers.size;
  }

  /** Sends what is known at once, and then every change. Returns how to leave. */
  join(run: string | null, send: Send): () => void {
    this.#watchers.set(send, run);
    if (this.#ends === null) {
      this.#ends = new AbortController();
      void this.#watch(this.#ends.signal);
    }
    void this.#greet(run, send);
    return () => {
      this.#watchers.delete(send);
      if (this.#watchers.size > 0) return;
      this.#ends?.abort();
      this.#ends = null;
      this.#last.clear();
    };
  }

  /** A page that comes later does not wait for the next change. */
  async #greet(run: string | null, send: Send): Promise<void> {
    const known = this.#last.get('overview');
    if (known !== undefined) send(known);
    if (run === null) return;
    const message = this.#last.get(`run ${run}`) ?? (await this.#pageOf(run));
    if (this.#watchers.has(send)) send(message);
  }

  async #watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        for await (const view of follow(this.#layout, { everyMs: EVERY_MS, atMostMs: AT_MOST_MS, signal })) {
          this.#say('overview', null, message('overview', overviewOf(view, clockAt(Date.parse(view.at), this.#isUtc))));
          for (const run of new Set(this.#watchers.values()))
            if (run !== null && !signal.aborted) this.#say(`run ${run}`, run, await this.#pageOf(run));
        }
      } catch (error) {
        if (!signal.aborted) this.#say('overview', null, message('problem', { message: messageOf(error) }));
      }
      await setTimeout(AGAIN_MS, undefined, { signal }).catch(() => {});
    }
  }

  #say(key: string, run: string | null, said: Message): void {
    if (this.#ends === null) return;
    this.#last.set(key, said);
    for (const [send, its] of this.#watchers) if (run === null || its === run) send(said);
  }

  async #pageOf(run: string): Promise<Message> {
    try {
      const detail = await lookAtRun(this.#layout, run);
      if (detail === null) return message('problem', { message: `there is no run ${JSON.stringify(run)}` });
      return message('run', runPageOf(detail, clockAt(Date.parse(detail.at), this.#isUtc)));
    } catch (error) {
      return message('problem', { message: messageOf(error) });
    }
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const message = (event: Message['event'], document: object): Message => ({ event, data: JSON.stringify(document) });
