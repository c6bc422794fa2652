import type { Signal } from '../../core/model/facts.ts';
import { promptOf } from '../../core/spend/tokens.ts';
import type { Interpreter } from '../contract/agent.ts';
import { jsonLine } from '../event/json.ts';
import { nameOf, tokensFrom, usageSignal } from '../lines/counts.ts';

const EVENT_FIELDS = {
  id: 'string',
  data: {
    usage: {
      model: 'any',
      inputTokens: 'any',
      outputTokens: 'any',
      cacheReadTokens: 'any',
      cacheWriteTokens: 'any',
      reasoningTokens: 'any',
      interactionType: 'any',
    },
  },
} as const;

const USAGE = '{"type":"session.usage_record"';
const MAIN = 'conversation-agent';

/**
 * Copilot's record of a session (1.0.102), which says what each answer used: the output says
 * nothing of tokens. Its input includes what the cache holds, its output the reasoning; `cost` is a
 * number of premium requests, not of dollars.
 */
export function eventsInterpreter(): Interpreter {
  const line = (text: string): readonly Signal[] => {
    if (!text.startsWith(USAGE)) return [];
    const { id, data } = jsonLine(text, EVENT_FIELDS) ?? {};
    const said = data?.usage;
    if (said == null || typeof id !== 'string') return [];
    const tokens = tokensFrom(
      {
        input: said.inputTokens,
        output: said.outputTokens,
        cacheRead: said.cacheReadTokens,
        cacheWrite: said.cacheWriteTokens,
        reasoning: said.reasoningTokens,
      },
      'all',
    );
    const context = said.interactionType === MAIN ? { context: promptOf(tokens) } : {};
    return usageSignal({ of: 'answer', id, shares: [{ model: nameOf(said.model), tokens, money: null }], ...context });
  };
  return { read: (lines) => lines.flatMap(line) };
}
