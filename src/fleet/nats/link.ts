import { setTimeout as pause } from 'node:timers/promises';
import type { Msg, MsgHdrs, NatsConnection } from '@nats-io/transport-node';
import { ANSWER_MS } from '../../core/fleet/times.ts';
import { type Access, optionsOf } from './access.ts';
import { dial } from './dial.ts';
import { pauseMs } from './pause.ts';

/** Requests under way. What comes on top is not sent: a stuck engine must not fill this memory. */
const MOST_UNDER_WAY = 256;
/** A connection that stood for so long was a good one. */
const STEADY_MS = 10_000;

/**
 * A connection that is made again for ever, in the background. Each is a new one: nothing that was
 * meant for the last is sent on it.
 */
export class Link {
  readonly #access: Access;
  readonly #ended = new AbortController();
  readonly #listeners = new Set<(connection: NatsConnection | null) => void>();
  #connection: NatsConnection | null = null;
  #learned: readonly string[] = [];
  #underWay = 0;
  #isProbing = false;
  #leave: () => void = () => {};
  #trouble: string | null = null;

  constructor(access: Access) {
    this.#access = access;
    void this.#keep();
  }

  get connection(): NatsConnection | null {
    return this.#connection;
  }

  /** Aborted when it is closed. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Why it does not stand, or null if it does or nothing was tried yet. */
  get trouble(): string | null {
    return this.#connection === null ? this.#trouble : null;
  }

  /** Calls at once and with each change, and returns what ends that. */
  onChange(changed: (connection: NatsConnection | null) => void): () => void {
    this.#listeners.add(changed);
    changed(this.#connection);
    return () => this.#listeners.delete(changed);
  }

  /** The answer, or null if there is none in time: nobody was asked, or it was lost. */
  async request(subject: string, data: string | Uint8Array = '', headers?: MsgHdrs): Promise<Msg | null> {
    if (this.#underWay >= MOST_UNDER_WAY) return null;
    this.#underWay += 1;
    try {
      const askedMs = performance.now();
      const connection = await this.soon();
      const timeout = ANSWER_MS - (performance.now() - askedMs);
      if (connection === null || timeout < 1) return null;
      return await this.#answer(connection, () => connection.request(subject, data, { timeout, ...(headers && { headers }) }));
    } finally {
      this.#underWay -= 1;
    }
  }

  async close(): Promise<void> {
    this.#ended.abort();
    this.#listeners.clear();
    const connection = this.#connection;
    this.#connection = null;
    this.#leave();
    await Promise.race([connection?.close().catch(() => {}), pause(ANSWER_MS, undefined, { ref: false })]);
  }

  /** Waits for a connection that is being made, but no longer than for an answer. */
  async soon(): Promise<NatsConnection | null> {
    if (this.#connection !== null || this.ended.aborted) return this.#connection;
    const given = new AbortController();
    const timer = setTimeout(() => given.abort(), ANSWER_MS);
    const connection = await this.standing(AbortSignal.any([given.signal, this.ended]));
    clearTimeout(timer);
    return connection;
  }

  async #answer(connection: NatsConnection, ask: () => Promise<Msg>): Promise<Msg | null> {
    try {
      return await ask();
    } catch (error) {
      if ((error as Error).name === 'TimeoutError') void this.#probe(connection);
      return null;
    }
  }

  /** A node that does not even answer a ping is left for another: TCP would notice much later. */
  async #probe(connection: NatsConnection): Promise<void> {
    if (this.#isProbing) return;
    this.#isProbing = true;
    const silent = pause(ANSWER_MS, true, { ref: false });
    const isSilent = await Promise.race([connection.flush().then(() => false), silent]).catch(() => true);
    this.#isProbing = false;
    if (isSilent && connection === this.#connection) this.#leave();
  }

  /** The connection, as soon as it stands; null if it does not before this is aborted. */
  async standing(until: AbortSignal): Promise<NatsConnection | null> {
    const { promise, resolve } = Promise.withResolvers<NatsConnection | null>();
    const giveUp = () => resolve(null);
    until.addEventListener('abort', giveUp);
    const stop = this.onChange((connection) => connection !== null && resolve(connection));
    if (until.aborted) giveUp();
    const connection = await promise;
    stop();
    until.removeEventListener('abort', giveUp);
    return connection;
  }

  async #keep(): Promise<void> {
    for (let failures = 0; !this.ended.aborted; failures += 1) {
      const connection = await this.#dial();
      if (connection !== null && (await this.#stays(connection))) failures = 0;
      await pause(pauseMs(failures), undefined, { signal: this.ended }).catch(() => {});
    }
  }

  async #dial(): Promise<NatsConnection | null> {
    try {
      return await dial(optionsOf(this.#access, this.#learned));
    } catch (error) {
      this.#trouble = (error as Error).message;
      return null;
    }
  }

  /** Whether it stood for long, once it has ended. */
  async #stays(connection: NatsConnection): Promise<boolean> {
    const sinceMs = performance.now();
    const left = new Promise<void>((resolve) => {
      this.#leave = resolve;
    });
    this.#learned = connection.info?.connect_urls ?? [];
    if (!this.ended.aborted) this.#change(connection);
    else this.#leave();
    const why = await Promise.race([connection.closed(), left.then(() => new Error('the engine does not answer'))]);
    this.#trouble = why?.message ?? 'the engine has closed the connection';
    this.#change(null);
    void connection.close().catch(() => {});
    return performance.now() - sinceMs > STEADY_MS;
  }

  #change(connection: NatsConnection | null): void {
    this.#connection = connection;
    for (const listener of this.#listeners) listener(connection);
  }
}
