/** What is remembered about the caps of a run. Each field is absent if there is nothing. */
export interface CapState {
  /** What the operator added to them: millionths of a US dollar, and tokens. */
  readonly raised?: { readonly micros: number; readonly tokens: number };
  /** What the run had cost at its last milestone. */
  readonly atMilestone?: { readonly usd: number; readonly tokens: number };
  /** A person was notified that a cap cannot be kept. */
  readonly isUnknown?: true;
  /** The resume in flight begins a fresh session only because the old one is too large. */
  readonly isTooLarge?: boolean;
}
