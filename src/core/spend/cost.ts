import { type Amounts, inAll } from './amount.ts';
import type { Spending } from './run.ts';
import { NO_TOKENS, sumOf, type Tokens } from './tokens.ts';

/** Where the money is known from. `mixed`: some is stated, some computed. */
type CostProvenance = 'stated' | 'computed' | 'mixed' | 'unknown';

/** What is known of the money that was spent. */
export interface Cost {
  /** At least this much, or null if nothing is known of money. */
  readonly usd: number | null;
  readonly statedUsd: number;
  readonly computedUsd: number;
  readonly provenance: CostProvenance;
  /** Tokens whose price is unknown. */
  readonly unpricedTokens: number;
  /** Attempts and recovery agents that ended without saying what they used last, or at all. */
  readonly untoldAttempts: number;
  /** Nothing is known to be missing. False: it cost more than this. */
  readonly isComplete: boolean;
}

/** What a run has cost, with all its attempts and recovery agents. */
export const costOf = ({ spend }: Pick<Spending, 'spend'>): Cost => costOfAmounts(spend?.amounts ?? [], spend?.untold ?? 0);

export function costOfAmounts(amounts: Amounts, untoldAttempts = 0): Cost {
  const { statedUsd, computedUsd, unpriced: unpricedTokens, tokens } = inAll(amounts);
  const isKnown = amounts.length > 0 && (sumOf(tokens) > unpricedTokens || statedUsd > 0 || computedUsd > 0);
  return {
    usd: isKnown ? statedUsd + computedUsd : null,
    statedUsd,
    computedUsd,
    provenance: isKnown ? provenanceOf(statedUsd, computedUsd) : 'unknown',
    unpricedTokens,
    untoldAttempts,
    isComplete: isKnown && unpricedTokens === 0 && untoldAttempts === 0,
  };
}

function provenanceOf(statedUsd: number, computedUsd: number): CostProvenance {
  if (computedUsd === 0) return 'stated';
  return statedUsd === 0 ? 'computed' : 'mixed';
}

/** All tokens of a run by kind, or null if none are known. */
export function tokensOf({ spend }: Pick<Spending, 'spend'>): (Tokens & { readonly total: number }) | null {
  if (spend === undefined || spend.amounts.length === 0) return null;
  const { tokens } = inAll(spend.amounts);
  return { ...NO_TOKENS, ...tokens, total: sumOf(tokens) };
}
