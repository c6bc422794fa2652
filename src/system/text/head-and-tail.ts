/**
 * Collects a stream of any length in bounded memory: its beginning, its end, and the number of
 * bytes omitted between.
 */
export class HeadAndTail {
  readonly #half: number;
  #head = Buffer.alloc(0);
  #tail = Buffer.alloc(0);
  #left = 0;

  constructor(maxBytes: number) {
    this.#half = Math.floor(maxBytes / 2);
  }

  push(chunk: Uint8Array): void {
    const room = this.#half - this.#head.length;
    if (room > 0) this.#head = Buffer.concat([this.#head, chunk.subarray(0, room)]);
    const rest = Buffer.concat([this.#tail, chunk.subarray(Math.max(room, 0))]);
    const cut = Math.max(rest.length - this.#half, 0);
    this.#left += cut;
    this.#tail = rest.subarray(cut);
  }

  text(): string {
    if (this.#left === 0) return Buffer.concat([this.#head, this.#tail]).toString();
    return `${this.#head}\n[… ${this.#left} bytes left out …]\n${this.#tail}`;
  }
}
