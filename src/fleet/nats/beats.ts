import type { Link } from './link.ts';

/** Signs of life: only the newest is worth sending, and none while the last has not gone out. */
export class Beats {
  readonly #link: Link;
  readonly #subject: string;
  #next: string | null = null;
  #isSending = false;

  constructor(link: Link, subject: string) {
    this.#link = link;
    this.#subject = subject;
  }

  send(document: string): void {
    this.#next = document;
    if (!this.#isSending) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#isSending = true;
    try {
      while (this.#next !== null) {
        const { connection } = this.#link;
        const document = this.#next;
        this.#next = null;
        if (connection === null) continue;
        connection.publish(this.#subject, document);
        await connection.flush();
      }
    } catch {
      // The connection has ended: the next beat goes over another.
    } finally {
      this.#isSending = false;
    }
  }
}
