import type { Usage } from '../../core/spend/usage.ts';
import { count, nameOf, tokensFrom, usageSignal } from '../lines/counts.ts';

interface Counts {
  readonly total_tokens?: unknown;
  readonly input_tokens?: unknown;
  readonly output_tokens?: unknown;
  readonly cached?: unknown;
}

/** The sums of a process, with its sub-agents (0.61.0). */
export interface Stats extends Counts {
  readonly models?: Readonly<Record<string, Counts>> | null;
}

/** What a process used, by its last event. Its thoughts are only in the sum of all tokens. */
export const statsUsage = (stats: Stats): readonly Usage[] =>
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
export interface RecordedAnswer {
  readonly id: string;
  readonly type: string;
  readonly model: string;
  readonly tokens: Readonly<Partial<Record<'input' | 'output' | 'cached' | 'thoughts' | 'tool', unknown>>>;
}

export function answerUsage({ id, model, tokens }: Partial<RecordedAnswer>, isMain: boolean): readonly Usage[] {
  if (typeof id !== 'string' || tokens == null) return [];
  const { input, cached, thoughts } = tokens;
  const output = count(tokens.output) + count(thoughts);
  const share = { model: nameOf(model), tokens: tokensFrom({ input, output, cacheRead: cached, reasoning: thoughts }, 'all'), money: null };
  return usageSignal({ of: 'answer', id, shares: [share], isInTotal: true, ...(isMain && { context: count(input) }) });
}
