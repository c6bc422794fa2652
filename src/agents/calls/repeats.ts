import { MAX_PERIOD } from '../../core/calls/cycle.ts';
import { truncate } from '../../core/values/truncate.ts';

/** What is shown of an input. */
const MAX_INPUT_LENGTH = 100;

/** The beginning of an input if the same call was made shortly before, otherwise nothing. */
export type Input = { readonly input?: string };

/**
 * Remembers the last calls of a log. What a tool is called with may be private, so it is part of a
 * signal only where the same call is made again.
 */
export class Repeats {
  readonly #prints: string[] = [];

  /** The input to show. `raw` is JSON, and therefore free of control characters. */
  inputOf(print: string, raw: string): Input {
    const at = this.#prints.indexOf(print);
    if (at >= 0) this.#prints.splice(at, 1);
    this.#prints.push(print);
    if (this.#prints.length > MAX_PERIOD) this.#prints.shift();
    return at < 0 ? {} : { input: truncate(raw.slice(0, MAX_INPUT_LENGTH + 1), MAX_INPUT_LENGTH) };
  }
}
