/** What is remembered about the caps of a run. Each field is absent if there is nothing. */
export interface CapState {
  /** What the operator added to them: millionths of a US dollar, and tokens. */
  readonly raised?: { readonly micros: number; readonly tokens: number };
  /** What the run had cost at its last milestone. */
  readonly atMilestone?: { readonly usd: number; readonly tokens: number };
  /** A person was notified that a cap cannot be kept. */
  readonly isUnknown?: true;
  /** The last recovery agent whose cost is unknown, since the operator resumed the run. */
  readonly unknownRecovery?: UnknownRecovery;
  /** The resume in flight begins a fresh session only because the old one is too large. */
  readonly isTooLarge?: boolean;
}

interface UnknownRecovery {
  readonly number: number;
  /** The tokens without a known price, and their models. Null if it did not say what it used. */
  readonly unpriced: { readonly tokens: number; readonly models: readonly string[] } | null;
}
