import type { Tokens } from './tokens.ts';

/** `stated`: the agent said so. `computed`: from tokens and a list of prices. */
export interface Money {
  readonly usd: number;
  readonly by: 'stated' | 'computed';
}

/** What one model used. */
export interface Share {
  /** As the agent or its command calls it, or null if neither does. */
  readonly model: string | null;
  readonly tokens: Tokens;
  /** Null if unknown. Never zero instead. */
  readonly money: Money | null;
}

/** What an agent reports about its use of models. */
export interface Usage {
  readonly kind: 'usage';
  /**
   * `answer`: one answer of a model; the same id again replaces it. `turn`: everything since the
   * total before it. `attempt`: everything since the attempt's process started. `session`:
   * everything since the session began, also by earlier attempts. A total includes the answers
   * before it.
   */
  readonly of: 'answer' | 'turn' | 'attempt' | 'session';
  /** The answer's, the turn's or the session's id. Empty for the total of an attempt. */
  readonly id: string;
  readonly shares: readonly Share[];
  /** The session whose totals include this answer, also in later attempts. Absent if none do. */
  readonly session?: string;
  /** The total at the process's end includes this answer, even if it was read first. */
  readonly isInTotal?: boolean;
  /** The part of a session's total that is new. Absent if that is not said. */
  readonly since?: readonly Share[];
  /** The session may be older than the run, so that its first total includes more. */
  readonly mayBeOlder?: boolean;
  /** Tokens of the last prompt of the main session, or null or absent if this does not say. */
  readonly context?: number | null;
  /** What the same prompt costs once more, or absent if its price is unknown. */
  readonly again?: PromptPrice;
}

/** What a prompt costs in US dollars if the provider has it in its cache, and if it does not. */
export interface PromptPrice {
  readonly coldUsd: number;
  readonly warmUsd: number;
}
