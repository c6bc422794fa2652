/**
 * Short hashes of an input or a result. `print` is empty if it cannot be compared; if it is long,
 * `print` covers only its length, beginning and end. `full` covers all of it, and is present only
 * where a long one looked like one shortly before.
 */
export interface Print {
  readonly print: string;
  readonly full?: string;
}

/** A call of an agent's tool, as far as its events describe it. Contents are hashes only. */
export interface Call extends Print {
  readonly tool: string;
  /** The beginning of the input, only of a call that was made shortly before as well. */
  readonly input?: string;
}

/** A call was made; its result follows with the same id. */
export interface Called extends Call {
  readonly kind: 'called';
  readonly id: string;
}

/**
 * A result arrived. Without an id it is that of the whole call, in one event with its input.
 */
export type Returned =
  | (Print & { readonly kind: 'returned'; readonly id: string })
  | (Call & { readonly kind: 'returned'; readonly id: null });
