/** Something that is waited for until it is let go. */
export class Hold {
  readonly let: Promise<void>;
  #go: () => void = () => {};

  constructor() {
    this.let = new Promise((resolve) => {
      this.#go = resolve;
    });
  }

  go(): void {
    this.#go();
  }
}
