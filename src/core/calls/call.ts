/** A call of an agent's tool, as far as its events describe it. Contents are hashes only. */
export interface Call {
  readonly tool: string;
  /** A short hash of the input, or empty if it cannot be compared. */
  readonly print: string;
  /** The beginning of the input, only of a call that was made shortly before as well. */
  readonly input?: string;
}

/** A call was made; its result follows with the same id. */
export interface Called extends Call {
  readonly kind: 'called';
  readonly id: string;
}

/**
 * A result arrived. `print` is its short hash, or empty if the event does not show it. Without an
 * id it is that of the whole call, in one event with its input.
 */
export type Returned =
  | { readonly kind: 'returned'; readonly id: string; readonly print: string }
  | (Call & { readonly kind: 'returned'; readonly id: null });
