import { promptOf } from '../../core/spend/tokens.ts';
import type { Usage } from '../../core/spend/usage.ts';
import { type AnthropicCounts, nameOf, tokensIn, usageSignal } from '../lines/counts.ts';

/** An event with an answer, or the last one of a turn (0.15.10). */
export interface UsageEvent {
  readonly session_id?: unknown;
  readonly parent_tool_use_id?: unknown;
  readonly message?: { readonly id?: unknown; readonly model?: unknown; readonly usage?: AnthropicCounts | null };
  readonly usage?: AnthropicCounts | null;
}

/**
 * What events of qwen-code say that was used. Answers of sub-agents say zero. The total of a result
 * includes them, and everything that the session used before, in turns that were killed as well.
 */
export function qwenUsage(continues: boolean) {
  let model: string | null = null;
  const older = continues ? { mayBeOlder: true } : {};
  return {
    answer({ session_id: session, message, parent_tool_use_id: parent }: UsageEvent): readonly Usage[] {
      if (message?.usage == null || typeof message.id !== 'string' || typeof session !== 'string') return [];
      model = nameOf(message.model) ?? model;
      const tokens = tokensIn(message.usage, 'all');
      const context = parent == null ? { context: promptOf(tokens) } : {};
      return usageSignal({ of: 'answer', id: message.id, session, shares: [{ model, tokens, money: null }], ...older, ...context });
    },
    total({ session_id: session, usage }: UsageEvent): readonly Usage[] {
      if (usage == null || typeof session !== 'string') return [];
      return usageSignal({ of: 'session', id: session, shares: [{ model, tokens: tokensIn(usage, 'all'), money: null }], ...older });
    },
  };
}
