import type { Usage } from '../../core/spend/usage.ts';
import { eachOf, type Read } from '../event/fields.ts';
import { count, nameOf, tokensFrom, usageSignal } from '../lines/counts.ts';

const COUNTS = { total_tokens: 'any', input_tokens: 'any', output_tokens: 'any', cached: 'any' } as const;

/** The sums of a process, with its sub-agents (0.61.0). */
export const STATS = { ...COUNTS, models: eachOf(COUNTS) } as const;

/** What a process used, by its last event. Its thoughts are only in the sum of all tokens. */
export const statsUsage = (stats: Read<typeof STATS>): readonly Usage[] =>
  usageSignal({
    of: 'attempt',
    id: '',
    shares: (stats.models == null ? [[null, stats] as const] : Object.entries(stats.models)).map(([model, counts]) => {
      const reasoning = Math.max(0, count(counts.total_tokens) - count(counts.input_tokens) - count(counts.output_tokens));
      const output = count(counts.output_tokens) + reasoning;
      return { model, tokens: tokensFrom({ input: counts.input_tokens, output, cacheRead: counts.cached, reasoning }, 'all'), money: null };
    }),
  });

/** An answer in the record of a session (0.61.0). */
export const RECORDED_ANSWER = {
  id: 'string',
  model: 'any',
  tokens: { input: 'any', output: 'any', cached: 'any', thoughts: 'any' },
} as const;

export function answerUsage({ id, model, tokens }: Read<typeof RECORDED_ANSWER>, isMain: boolean): readonly Usage[] {
  if (typeof id !== 'string' || tokens == null) return [];
  const { input, cached, thoughts } = tokens;
  const output = count(tokens.output) + count(thoughts);
  const share = { model: nameOf(model), tokens: tokensFrom({ input, output, cacheRead: cached, reasoning: thoughts }, 'all'), money: null };
  return usageSignal({ of: 'answer', id, shares: [share], isInTotal: true, ...(isMain && { context: count(input) }) });
}
