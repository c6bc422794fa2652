import { minusTokens, NO_TOKENS, plusTokens, sumOf, type Tokens } from './tokens.ts';
import type { Share } from './usage.ts';

/** What one model used in all, with each provenance of money by itself. */
export interface Amount {
  readonly model: string | null;
  readonly tokens: Tokens;
  readonly statedUsd: number;
  readonly computedUsd: number;
  /** Tokens whose price is unknown: their cost is missing in the money. */
  readonly unpriced: number;
}

export type Amounts = readonly Amount[];

/** More models than this are counted together: an agent chooses their names. */
const MOST_MODELS = 16;
/** Money is rounded to billionths of a dollar, so that the order of additions does not matter. */
const PER_DOLLAR = 1e9;

export const roundedUsd = (usd: number): number => Math.round(usd * PER_DOLLAR) / PER_DOLLAR + 0;

const nothingOf = (model: string | null): Amount => ({ model, tokens: NO_TOKENS, statedUsd: 0, computedUsd: 0, unpriced: 0 });

function amountOf({ model, tokens, money }: Share): Amount {
  const by = (provenance: 'stated' | 'computed') => (money?.by === provenance ? roundedUsd(money.usd) : 0);
  return { model, tokens, statedUsd: by('stated'), computedUsd: by('computed'), unpriced: money === null ? sumOf(tokens) : 0 };
}

const plusAmount = (one: Amount, other: Amount): Amount => ({
  model: one.model,
  tokens: plusTokens(one.tokens, other.tokens),
  statedUsd: roundedUsd(one.statedUsd + other.statedUsd),
  computedUsd: roundedUsd(one.computedUsd + other.computedUsd),
  unpriced: one.unpriced + other.unpriced,
});

const negated = (amount: Amount): Amount => ({
  model: amount.model,
  tokens: minusTokens(NO_TOKENS, amount.tokens),
  statedUsd: -amount.statedUsd,
  computedUsd: -amount.computedUsd,
  unpriced: -amount.unpriced,
});

/** The sum of amounts, by model. */
export function plus(...all: readonly Amounts[]): Amounts {
  const sums = new Map<string | null, Amount>();
  for (const amount of all.flat()) {
    const known = sums.has(amount.model) || sums.size < MOST_MODELS ? amount.model : null;
    sums.set(known, plusAmount(sums.get(known) ?? nothingOf(known), amount));
  }
  return [...sums.values()];
}

/** What one has more than the other, by model; without models of which it has the same. */
export const minus = (one: Amounts, other: Amounts): Amounts => plus(one, other.map(negated)).filter((amount) => !isNothing(amount));

const isNothing = ({ tokens, statedUsd, computedUsd, unpriced }: Amount): boolean =>
  statedUsd === 0 && computedUsd === 0 && unpriced === 0 && Object.values(tokens).every((count) => count === 0);

export const amountsOf = (shares: readonly Share[]): Amounts => plus(shares.map(amountOf));

/** All models together. */
export const inAll = (amounts: Amounts): Amount => amounts.reduce((sum, amount) => plusAmount(sum, amount), nothingOf(null));
