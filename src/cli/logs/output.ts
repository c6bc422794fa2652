import { StringDecoder } from 'node:string_decoder';
import { sanitizeForTerminal } from '../../system/text/sanitize.ts';

/** Shows what the agent printed. */
export interface LogOutput {
  write(bytes: Buffer): void;
  /** Nothing more comes of the present line. */
  endLine(): void;
}

/** A line without an end is shown in pieces of this size. */
const LINE_LENGTH = 64 * 1024;

/**
 * Without escapes, since a pipe may lead to a terminal as well; or, where that was asked for, the
 * very bytes.
 */
export function logOutput(out: NodeJS.WritableStream, raw = false): LogOutput {
  if (raw) return { write: (bytes) => out.write(bytes), endLine: () => {} };
  const isTerminal = 'isTTY' in out && out.isTTY === true;
  // A program that reads lines gets the lines that were printed, however long.
  return new Lines((line, isWhole) => out.write(`${sanitizeForTerminal(line)}${isTerminal || isWhole ? '\n' : ''}`));
}

/** Bytes made into lines, without their ends; `isWhole`: this is the end of one. */
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
