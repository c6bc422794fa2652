import { promptOf } from '../../core/spend/tokens.ts';
import type { Usage } from '../../core/spend/usage.ts';
import { fitted } from '../event/fields.ts';
import { type AnthropicCounts, nameOf, tokensIn, usageSignal } from '../lines/counts.ts';

/** An event with an answer, or the last one of a turn (0.15.10). */
const EVENT = {
  session_id: 'string',
  parent_tool_use_id: 'any',
  message: { id: 'string', model: 'any', usage: {} },
  usage: {},
} as const;

/**
 * What events of qwen-code say that was used. Answers of sub-agents say zero. The total of a result
 * includes them, and everything that the session used before, in turns that were killed as well.
 */
export function qwenUsage(continues: boolean) {
  let model: string | null = null;
  const older = continues ? { mayBeOlder: true } : {};
  return {
    answer(event: object): readonly Usage[] {
      const { session_id: session, message, parent_tool_use_id: parent } = fitted(event, EVENT) ?? {};
      if (message?.usage === undefined || message.id === undefined || session === undefined) return [];
      model = nameOf(message.model) ?? model;
      const tokens = tokensIn(message.usage as AnthropicCounts, 'all');
      const context = parent == null ? { context: promptOf(tokens) } : {};
      return usageSignal({ of: 'answer', id: message.id, session, shares: [{ model, tokens, money: null }], ...older, ...context });
    },
    total(event: object): readonly Usage[] {
      const { session_id: session, usage } = fitted(event, EVENT) ?? {};
      if (usage === undefined || session === undefined) return [];
      return usageSignal({
        of: 'session',
        id: session,
        shares: [{ model, tokens: tokensIn(usage as AnthropicCounts, 'all'), money: null }],
        ...older,
      });
    },
  };
}
