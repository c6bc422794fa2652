import { StringDecoder } from 'node:string_decoder';
import { sanitizeForTerminal } from '../../system/text/sanitize.ts';

/** Prints what the agent printed. */
export interface LogOutput {
  write(bytes: Buffer): void;
  /** Ends the current line, which is complete even without a line end. */
  endLine(): void;
}

/** A line without an end is printed in pieces of this many characters. */
const LINE_LENGTH = 64 * 1024;

/**
 * Prints without escapes, since even a pipe may lead to a terminal, or with `raw` the unchanged
 * bytes.
 */
export function logOutput(out: NodeJS.WritableStream, raw = false): LogOutput {
  if (raw) return { write: (bytes) => out.write(bytes), endLine: () => {} };
  const isTerminal = 'isTTY' in out && out.isTTY === true;
  // In a pipe, pieces of a long line are joined again: a program reads the lines as they were
  // printed.
  return new Lines((line, isWhole) => out.write(`${sanitizeForTerminal(line)}${isTerminal || isWhole ? '\n' : ''}`));
}

/**
 * Splits bytes into lines without line ends. `isWhole` is false for a piece of a line whose end has
 * not been seen.
 */
export class Lines implements LogOutput {
  readonly #show: (line: string, isWhole: boolean) => void;
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  constructor(show: (line: string, isWhole: boolean) => void) {
    this.#show = show;
  }

  write(bytes: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(bytes)).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#show(line, true);
    for (; this.#rest.length > LINE_LENGTH; this.#rest = this.#rest.slice(LINE_LENGTH)) this.#show(this.#rest.slice(0, LINE_LENGTH), false);
  }

  endLine(): void {
    const rest = this.#rest + this.#decoder.end();
    this.#rest = '';
    if (rest !== '') this.#show(rest, false);
  }
}
