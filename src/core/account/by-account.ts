/** What is known of each account. A list stays the same one while nothing in it changes. */
export class ByAccount<T extends { readonly account: string }> {
  readonly #lists = new Map<string, readonly T[]>();

  constructor(all: readonly T[]) {
    for (const one of all) this.#lists.set(one.account, [...this.of(one.account), one]);
  }

  of(account: string | null): readonly T[] {
    return (account === null ? undefined : this.#lists.get(account)) ?? NONE;
  }

  set(account: string, list: readonly T[]): void {
    this.#lists.set(account, list);
  }
}

/** A shared empty value, so that nothing seems to have changed. */
const NONE: readonly never[] = [];
