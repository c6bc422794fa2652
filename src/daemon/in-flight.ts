/**
 * Actions that are being performed: nobody checks their outcome, or repeats them, before they have
 * ended.
 */
export class InFlight {
  readonly #promises = new Set<Promise<unknown>>();

  add<T>(promise: Promise<T>): Promise<T> {
    const ended = () => this.#promises.delete(promise);
    this.#promises.add(promise);
    promise.then(ended, ended);
    return promise;
  }

  async settled(): Promise<void> {
    while (this.#promises.size > 0) await Promise.allSettled(this.#promises);
  }
}
