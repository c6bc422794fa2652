import type { Share } from '../../core/spend/usage.ts';
import type { Read } from '../event/fields.ts';
import { tokensFrom } from '../lines/counts.ts';

/** Codex's count (0.169.0): the input includes what was cached, and the output the reasoning. */
export const CODEX_COUNTS = {
  input_tokens: 'any',
  cached_input_tokens: 'any',
  cache_write_input_tokens: 'any',
  output_tokens: 'any',
  reasoning_output_tokens: 'any',
} as const;

export const shareOf = (model: string | null, counts: Read<typeof CODEX_COUNTS>): Share => ({
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
