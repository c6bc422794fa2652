import type { Called, Print } from '../../core/calls/call.ts';
import { MAX_PERIOD } from '../../core/calls/cycle.ts';
import { truncate } from '../../core/values/truncate.ts';
import { printOf } from './print.ts';

/** What is shown of an input. */
const MAX_INPUT_LENGTH = 100;
/** Each call of the longest cycle may have a long input and a long result. */
const MAX_RECENT = 2 * MAX_PERIOD;

/** The beginning of an input if the same call was made shortly before, otherwise nothing. */
export type Input = { readonly input?: string };

/**
 * Remembers the last calls of a log. What a tool is called with may be private, so it is part of a
 * signal only where the same call is made again.
 */
export class Repeats {
  readonly #calls = new Recent();
  readonly #long = new Recent();
  readonly #isFamiliar = (print: string): boolean => this.#long.seen(print);

  /** The hashes of an input or a result, and of a second, short part of it. */
  printOf(text: string, part = ''): Print {
    return printOf(text, part, this.#isFamiliar);
  }

  /** A call of a tool; `part` takes from what was read what is its input. */
  called(id: string, tool: string, raw: string, part: (raw: string) => string = all): Called {
    const print = this.printOf(`${tool} ${raw}`);
    return { kind: 'called', id, tool, ...print, ...this.inputOf(print, raw, part) };
  }

  /**
   * The input to show: `raw`, or the part of it that is the input. It is JSON, and therefore free
   * of control characters.
   */
  inputOf({ print }: Print, raw: string, part: (raw: string) => string = all): Input {
    return this.#calls.seen(print) ? { input: truncate(part(raw).slice(0, MAX_INPUT_LENGTH + 1), MAX_INPUT_LENGTH) } : {};
  }
}

const all = (raw: string): string => raw;

/** The last few texts. */
class Recent {
  readonly #texts: string[] = [];

  /** Whether it is one of them. It is from now on. */
  seen(text: string): boolean {
    const texts = this.#texts;
    const at = texts.indexOf(text);
    if (at < 0) {
      if (texts.push(text) > MAX_RECENT) texts.shift();
      return false;
    }
    texts.copyWithin(at, at + 1);
    texts[texts.length - 1] = text;
    return true;
  }
}
