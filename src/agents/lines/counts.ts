import { sumOf, type Tokens } from '../../core/spend/tokens.ts';
import type { Money, Share, Usage } from '../../core/spend/usage.ts';

type Said = Readonly<Partial<Record<keyof Tokens, unknown>>>;

/**
 * No agent uses or costs as much as this: a larger number is a mistake, or nonsense that a tool
 * printed. It would end the run and, by the cap of the day, all others.
 */
const MOST_TOKENS = 1e11;
const MOST_USD = 100_000;

/** A number of tokens in an event, or zero if it is none. */
export const count = (value: unknown): number => (typeof value === 'number' && value > 0 && value <= MOST_TOKENS ? Math.round(value) : 0);

/** Tokens as an agent counts them: its input with or without what a cache holds. */
export function tokensFrom({ input, output, cacheRead, cacheWrite, reasoning }: Said, inputIs: 'all' | 'uncached'): Tokens {
  const [read, written] = [count(cacheRead), count(cacheWrite)];
  return {
    input: inputIs === 'all' ? Math.max(0, count(input) - read - written) : count(input),
    output: count(output),
    cacheRead: read,
    cacheWrite: written,
    ...(reasoning !== undefined && { reasoning: count(reasoning) }),
  };
}

/** Anthropic's names, which others use as well. */
export interface AnthropicCounts {
  readonly input_tokens?: unknown;
  readonly output_tokens?: unknown;
  readonly cache_read_input_tokens?: unknown;
  readonly cache_creation_input_tokens?: unknown;
}

export const tokensIn = (counts: AnthropicCounts, inputIs: 'all' | 'uncached'): Tokens =>
  tokensFrom(
    {
      input: counts.input_tokens,
      output: counts.output_tokens,
      cacheRead: counts.cache_read_input_tokens,
      cacheWrite: counts.cache_creation_input_tokens,
    },
    inputIs,
  );

/** What an agent says that something cost. It says zero as well if it does not know the price. */
export const statedUsd = (usd: unknown): Money | null =>
  typeof usd === 'number' && usd > 0 && usd <= MOST_USD ? { usd, by: 'stated' } : null;

export const nameOf = (model: unknown): string | null => (typeof model === 'string' && model !== '' ? model : null);

/** A signal, or none if nothing is said: agents also write zeros for what they do not know. */
export function usageSignal(usage: Omit<Usage, 'kind'>): readonly Usage[] {
  const shares = usage.shares.filter(isKnown);
  return shares.length === 0 ? [] : [{ kind: 'usage', ...usage, shares }];
}

const isKnown = ({ tokens, money }: Share): boolean => sumOf(tokens) > 0 || money !== null;
