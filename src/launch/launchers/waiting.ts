import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type { ProcessIdentity } from '../../core/model/facts.ts';
import { parseIdentity } from '../attempt/record.ts';

/** A shim that was started in advance and waits for its word. */
export interface Waiting {
  readonly shim: ProcessIdentity;
  /** Its child, which becomes the command. */
  readonly command: ProcessIdentity;
  /** Says the word. Resolves with the line it answers, empty if it ended without one. */
  say(word: string): Promise<string>;
  /** Closes the channel: it goes by itself, without having claimed anything. */
  close(): void;
}

/** One that is not ready by then is given up. */
const LONGEST_START_MS = 10_000;

/**
 * Waits until a shim reports that it is ready. `said` is what it writes, `write` the only way to
 * start it; `close` gives it up.
 */
export async function waitingShim(
  said: Readable,
  write: (text: string) => void,
  close: () => void,
): Promise<Waiting | { readonly failed: string }> {
  const lines = new Lines(said);
  const ready = async () => {
    const first = await lines.next();
    return first === 'ready' ? [parseIdentity(await lines.next()), parseIdentity(await lines.next())] : first;
  };
  const answer = await Promise.race([ready(), setTimeout(LONGEST_START_MS, 'it was not ready in time', { ref: false })]);
  const [shim, command] = typeof answer === 'string' ? [null, null] : answer;
  if (shim == null || command == null) {
    close();
    return { failed: typeof answer === 'string' && answer !== '' ? answer : 'it ended before it was ready' };
  }
  return {
    shim,
    command,
    say: (text) => {
      write(`${text}\n`);
      return lines.next();
    },
    close,
  };
}

/** Lines as they are read, then empty ones for ever. */
class Lines {
  readonly #read: string[] = [];
  readonly #awaiting: ((line: string) => void)[] = [];
  #rest = '';
  #isOver = false;

  constructor(input: Readable) {
    const end = () => {
      if (this.#isOver) return;
      this.#isOver = true;
      this.#put(this.#rest.trim());
      for (const resolve of this.#awaiting.splice(0)) resolve('');
    };
    input.setEncoding('utf8').on('error', end).on('end', end).on('close', end);
    input.on('data', (text: string) => {
      const [rest = '', ...lines] = `${this.#rest}${text}`.split('\n').reverse();
      this.#rest = rest;
      for (const line of lines.reverse()) this.#put(line);
    });
  }

  next(): Promise<string> {
    const line = this.#read.shift();
    if (line !== undefined) return Promise.resolve(line);
    return this.#isOver ? Promise.resolve('') : new Promise((resolve) => this.#awaiting.push(resolve));
  }

  #put(line: string): void {
    const resolve = this.#awaiting.shift();
    if (resolve === undefined) this.#read.push(line);
    else resolve(line);
  }
}
