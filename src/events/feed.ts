import { hostname } from 'node:os';
import { setTimeout as later } from 'node:timers/promises';
import type { Run } from '../core/model/run.ts';
import type { Delivered } from '../core/notices/schedule.ts';
import { backoff } from '../core/values/backoff.ts';
import { errorMessage } from '../core/values/error-message.ts';
import type { Layout } from '../store/directory/layout.ts';
import { keptEnvironment } from '../store/environment.ts';
import type { HostRow, JournalRow, Reader } from '../store/reader.ts';
import { withReader } from '../store/with-reader.ts';
import { redactor } from '../system/text/redact.ts';
import { type Cursor, readCursor, writeCursor } from './cursor.ts';
import { type EventDocument, eventDocument } from './document.ts';

export interface Feed {
  readonly layout: Layout;
  /** Its name, without secrets. */
  readonly receiver: string;
  /** Sends one document, once; never throws. */
  readonly send: (document: EventDocument) => Promise<Delivered>;
  readonly report: (problem: string) => void;
  readonly environment: NodeJS.ProcessEnv;
  /** 0 ≤ jitter < 1. */
  readonly jitter: () => number;
  readonly retryMinMs?: number;
  readonly mostWaiting?: number;
}

/** More decisions than these do not wait: the oldest are dropped. */
const MOST_WAITING = 1000;
const AT_ONCE = 50;
const RETRY_MIN_MS = 10_000;
const RETRY_MAX_MS = 600_000;

/**
 * Sends decisions to the receiver, one after another, from the journal: they are durable before
 * they are sent, and nothing that decides waits for it. A decision is sent again until it is
 * accepted, also by the next watchdog, so that it may arrive twice but is never lost unless more
 * than `mostWaiting` wait.
 */
export class EventFeed {
  readonly #feed: Feed;
  readonly #mostWaiting: number;
  readonly #closed = new AbortController();
  #cursor: Cursor;
  #isRunning = false;
  #isAwake = false;
  #failures = 0;
  #problem: string | null = null;

  constructor(feed: Feed) {
    this.#feed = feed;
    this.#mostWaiting = feed.mostWaiting ?? MOST_WAITING;
    // What was decided before anybody wanted to know is not sent.
    this.#cursor = readCursor(feed.layout.eventCursor) ?? { seq: withReader(feed.layout, (reader) => reader.lastSeq()), dropped: 0 };
    this.#keep(this.#cursor);
  }

  /** Something was decided. Returns at once. */
  wake(): void {
    this.#isAwake = true;
    if (!this.#isRunning) void this.#run();
  }

  close(): void {
    this.#closed.abort();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      while (this.#isAwake && !this.#closed.signal.aborted) {
        this.#isAwake = false;
        while (!this.#closed.signal.aborted && (await this.#some()));
      }
    } catch (error) {
      this.#say(`the journal cannot be read: ${errorMessage(error)}`);
    } finally {
      this.#isRunning = false;
    }
  }

  /** Sends some of what waits. Returns false if nothing did. */
  async #some(): Promise<boolean> {
    const waiting = withReader(this.#feed.layout, (reader) => {
      this.#catchUp(reader);
      return reader.decisions(this.#cursor.seq, AT_ONCE).map((row) => ({ row, run: 'run' in row ? runOf(reader, row.run) : null }));
    });
    for (const { row, run } of waiting) {
      const secrets = run === null ? {} : (keptEnvironment(this.#feed.layout, run.spec.environmentFile) ?? {});
      if (!(await this.#sent(row, run, secrets))) return true;
    }
    return waiting.length > 0;
  }

  /** Drops what is too much, and starts over where an older copy of the state was put back. */
  #catchUp(reader: Reader): void {
    const last = reader.lastSeq();
    if (this.#cursor.seq > last) this.#keep({ ...this.#cursor, seq: last });
    const tooMany = reader.decisionsAfter(this.#cursor.seq) - this.#mostWaiting;
    if (tooMany <= 0) return;
    const seq = reader.decisions(this.#cursor.seq, tooMany).at(-1)?.seq ?? this.#cursor.seq;
    this.#keep({ seq, dropped: this.#cursor.dropped + tooMany });
  }

  /** Sends one decision. Returns false after a failure, once the time to try again has come. */
  async #sent(
    row: JournalRow | HostRow,
    run: { readonly name: string } | null,
    secrets: Readonly<Record<string, string>>,
  ): Promise<boolean> {
    const { environment, send, receiver, jitter, retryMinMs = RETRY_MIN_MS } = this.#feed;
    const context = { host: hostname(), dropped: this.#cursor.dropped, redact: redactor(environment, secrets) };
    const result = await send(eventDocument(row, run, context));
    if (result.kind === 'accepted') {
      this.#keep({ ...this.#cursor, seq: row.seq });
      if (this.#failures > 0) this.#feed.report(`${receiver} accepts events again; ${this.#cursor.dropped} were dropped in all`);
      [this.#failures, this.#problem] = [0, null];
      return true;
    }
    this.#say(`${receiver} did not accept an event: ${result.because}; it is sent again, and at most ${this.#mostWaiting} wait`);
    const waitMs = backoff(retryMinMs, RETRY_MAX_MS, this.#failures) * (1 + 0.2 * jitter());
    this.#failures += 1;
    await later(waitMs, undefined, { signal: this.#closed.signal, ref: false }).catch(() => {});
    return false;
  }

  #keep(cursor: Cursor): void {
    this.#cursor = cursor;
    const problem = writeCursor(this.#feed.layout.eventCursor, cursor);
    if (problem !== null) this.#say(`what was sent cannot be noted, so that the next watchdog sends it again: ${problem}`);
  }

  /** The same problem is reported once. */
  #say(problem: string): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#feed.report(problem);
  }
}

/** A run whose row is damaged must not hold up the events of the others. */
function runOf(reader: Reader, id: string): Run | null {
  try {
    return reader.byId(id);
  } catch {
    return null;
  }
}
