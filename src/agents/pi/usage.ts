import { promptOf } from '../../core/spend/tokens.ts';
import type { Usage } from '../../core/spend/usage.ts';
import { nameOf, statedUsd, tokensFrom, usageSignal } from '../lines/counts.ts';

/** What pi says of an answer, or of a summary of its session (1.6.0). */
export interface PiCounts {
  readonly input?: unknown;
  readonly output?: unknown;
  readonly cacheRead?: unknown;
  readonly cacheWrite?: unknown;
  readonly reasoning?: unknown;
  readonly cost?: { readonly total?: unknown } | null;
}

/** An answer. Its output includes the reasoning, its input excludes what the cache holds. */
export function answerUsage(id: string, model: unknown, counts: PiCounts, isPrompt: boolean): readonly Usage[] {
  const { input, output, cacheRead, cacheWrite, reasoning, cost } = counts;
  const tokens = tokensFrom({ input, output, cacheRead, cacheWrite, reasoning }, 'uncached');
  const context = isPrompt ? { context: promptOf(tokens) } : {};
  return usageSignal({ of: 'answer', id, shares: [{ model: nameOf(model), tokens, money: statedUsd(cost?.total) }], ...context });
}
