import type { Signal } from '../../core/model/facts.ts';
import { promptOf } from '../../core/spend/tokens.ts';
import type { Interpreter } from '../contract/agent.ts';
import { nameOf, tokensFrom, usageSignal } from '../lines/counts.ts';
import { jsonLine } from '../lines/json.ts';

interface Usage {
  readonly id: string;
  readonly data: {
    readonly usage?: {
      readonly model?: unknown;
      readonly inputTokens?: unknown;
      readonly outputTokens?: unknown;
      readonly cacheReadTokens?: unknown;
      readonly cacheWriteTokens?: unknown;
      readonly reasoningTokens?: unknown;
      readonly interactionType?: unknown;
    } | null;
  };
}

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
    const { id, data } = jsonLine<Usage>(text) ?? {};
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
