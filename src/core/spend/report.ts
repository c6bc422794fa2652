import { counted } from '../values/counted.ts';
import { tokensInWords, usdInWords } from '../values/money.ts';
import { type Amounts, inAll } from './amount.ts';
import { type Cost, costOfAmounts } from './cost.ts';
import type { Spending } from './run.ts';
import { sumOf, type Tokens } from './tokens.ts';

/** What something cost, as `--json` prints it. */
export interface CostReport extends Cost {
  /** By kind, and all together. Null if none are known. */
  readonly tokens: (Tokens & { readonly total: number }) | null;
}

/** What a run cost, with all its attempts and recovery agents. */
export const costReport = ({ spend }: Pick<Spending, 'spend'>): CostReport => reportOf(spend?.amounts ?? [], spend?.untold ?? 0);

export function reportOf(amounts: Amounts, untoldAttempts = 0): CostReport {
  const { tokens } = inAll(amounts);
  const total = sumOf(tokens);
  return { ...costOfAmounts(amounts, untoldAttempts), tokens: total === 0 ? null : { ...tokens, total } };
}

/**
 * A cost in a column: `$1.24` as stated, `≈$1.24` if some of it is computed, `>$1.24` if some is
 * unknown, tokens if no money is known, or `-` if nothing is.
 */
export function costInShort({ usd, tokens, provenance, isComplete }: CostReport): string {
  if (usd === null) return tokens === null ? '-' : `${tokensInWords(tokens.total)} tokens`;
  const sign = isComplete ? (provenance === 'stated' ? '' : '≈') : '>';
  return `${sign}${usdInWords(usd)}`.replace('><', '<');
}

/** A cost in a sentence, or null if nothing is known. */
export function costInWords(cost: CostReport): string | null {
  const { usd, tokens, provenance, unpricedTokens, untoldAttempts } = cost;
  const used = tokens === null ? null : `${tokensInWords(tokens.total)} tokens`;
  if (usd === null) return used === null ? null : `${used}, whose price is unknown`;
  const least = cost.isComplete ? '' : 'at least ';
  const by = { stated: 'as the agent states', computed: 'at list prices', mixed: 'partly at list prices', unknown: '' }[provenance];
  const missing = [
    ...(unpricedTokens > 0 ? [`the price of ${tokensInWords(unpricedTokens)} tokens is unknown`] : []),
    ...(untoldAttempts > 0 ? [`${counted(untoldAttempts, 'attempt')} ended without saying what the last answer used`] : []),
  ];
  return [`${least}${usdInWords(usd)} ${by}${used === null ? '' : ` (${used})`}`, ...missing].join('; ');
}

/** What several things cost together. */
export function sumOfCosts(costs: readonly CostReport[]): CostReport {
  const known = costs.filter(({ usd, tokens }) => usd !== null || tokens !== null);
  const sum = (of: (cost: CostReport) => number) => known.reduce((all, cost) => all + of(cost), 0);
  const [statedUsd, computedUsd] = [sum((cost) => cost.statedUsd), sum((cost) => cost.computedUsd)];
  const tokens = known.reduce<CostReport['tokens']>((all, cost) => (all === null ? cost.tokens : withTokens(all, cost.tokens)), null);
  const money = known.some(({ usd }) => usd !== null);
  return {
    usd: money ? statedUsd + computedUsd : null,
    tokens,
    provenance: !money ? 'unknown' : computedUsd === 0 ? 'stated' : statedUsd === 0 ? 'computed' : 'mixed',
    statedUsd,
    computedUsd,
    unpricedTokens: sum((cost) => cost.unpricedTokens),
    untoldAttempts: costs.reduce((all, cost) => all + cost.untoldAttempts, 0),
    isComplete: money && known.every((cost) => cost.isComplete),
  };
}

type AllTokens = NonNullable<CostReport['tokens']>;

function withTokens(one: AllTokens, other: CostReport['tokens']): AllTokens {
  if (other === null) return one;
  const keys = ['input', 'output', 'cacheRead', 'cacheWrite', 'total'] as const;
  const [input, output, cacheRead, cacheWrite, total] = keys.map((key) => one[key] + other[key]) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const reasoning = (one.reasoning ?? 0) + (other.reasoning ?? 0);
  return { input, output, cacheRead, cacheWrite, total, ...(reasoning > 0 && { reasoning }) };
}
