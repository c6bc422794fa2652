import type { Share } from '../../core/spend/usage.ts';
import { tokensFrom } from '../lines/counts.ts';

/** Codex's count (0.169.0): the input includes what was cached, and the output the reasoning. */
export interface CodexCounts {
  readonly input_tokens?: unknown;
  readonly cached_input_tokens?: unknown;
  readonly cache_write_input_tokens?: unknown;
  readonly output_tokens?: unknown;
  readonly reasoning_output_tokens?: unknown;
}

export const shareOf = (model: string | null, counts: CodexCounts): Share => ({
  model,
  tokens: tokensFrom(
    {
      input: counts.input_tokens,
      output: counts.output_tokens,
      cacheRead: counts.cached_input_tokens,
      cacheWrite: counts.cache_write_input_tokens,
      reasoning: counts.reasoning_output_tokens,
    },
    'all',
  ),
  money: null,
});
