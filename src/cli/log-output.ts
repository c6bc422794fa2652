import { StringDecoder } from 'node:string_decoder';
import { harmless } from '../system/harmless.ts';

/** Shows what the agent printed. */
export interface LogOutput {
  write(bytes: Buffer): void;
  /** Nothing more comes of the present line. */
  endLine(): void;
}

/** A line without an end is shown in pieces of this size. */
const LINE_LENGTH = 64 * 1024;

/** The very bytes; harmless lines where the stream is a terminal. */
export const logOutput = (out: NodeJS.WritableStream): LogOutput =>
  'isTTY' in out && out.isTTY === true
    ? new Lines((line) => out.write(`${harmless(line)}\n`))
    : { write: (bytes) => out.write(bytes), endLine: () => {} };

/** Bytes made into lines, without their ends. */
export class Lines implements LogOutput {
  readonly #show: (line: string) => void;
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  constructor(show: (line: string) => void) {
    this.#show = show;
  }

  write(bytes: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(bytes)).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#show(line);
    for (; this.#rest.length > LINE_LENGTH; this.#rest = this.#rest.slice(LINE_LENGTH)) this.#show(this.#rest.slice(0, LINE_LENGTH));
  }

  endLine(): void {
    const rest = this.#rest + this.#decoder.end();
    this.#rest = '';
    if (rest !== '') this.#show(rest);
  }
}
