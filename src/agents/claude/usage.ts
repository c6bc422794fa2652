import { promptOf } from '../../core/spend/tokens.ts';
import type { Share, Usage } from '../../core/spend/usage.ts';
import { eachOf, fitted } from '../event/fields.ts';
import { type AnthropicCounts, nameOf, statedUsd, tokensFrom, tokensIn, usageSignal } from '../lines/counts.ts';

const MESSAGE = { id: 'string', model: 'any', usage: {} } as const;

/** An event with an answer, or with its beginning or its end (2.1.330). */
const ANSWER = {
  message: MESSAGE,
  event: { message: MESSAGE, usage: {} },
  api_message_id: 'string',
  parent_tool_use_id: 'any',
  /** In the record of a sub-agent. */
  isSidechain: 'any',
} as const;

/**
 * What one answer used. Claude Code repeats it for each block of the answer. In its output, the
 * number of tokens that were written is that of the answer's first moment, except in a
 * `message_delta`.
 */
export function answerUsage(written: object): readonly Usage[] {
  const event = fitted(written, ANSWER) ?? {};
  const message = event.message ?? event.event?.message;
  const counts = message?.usage ?? event.event?.usage;
  const id = message?.id ?? event.api_message_id;
  if (counts === undefined || id === undefined) return [];
  const tokens = tokensIn(counts as AnthropicCounts, 'uncached');
  const isMain = event.parent_tool_use_id == null && event.isSidechain !== true;
  return usageSignal({
    of: 'answer',
    id,
    shares: [{ model: nameOf(message?.model), tokens, money: null }],
    ...(isMain && { context: promptOf(tokens) }),
  });
}

const BY_MODEL = eachOf({
  inputTokens: 'any',
  outputTokens: 'any',
  cacheReadInputTokens: 'any',
  cacheCreationInputTokens: 'any',
  costUSD: 'any',
} as const);

/** The last event of a turn. */
const TOTAL = { uuid: 'string', usage: {}, total_cost_usd: 'any', modelUsage: 'any', model_usage_since_last_result: 'any' } as const;

/**
 * What a turn used, with its sub-agents. `usage` lacks those and, after a budget is spent, the last
 * answer. `total_cost_usd` and `modelUsage` go on from turn to turn of a session, but lack the
 * turns that were killed (2.1.330). A version that does not say what is new is assumed to begin
 * them with each process.
 */
export function turnUsage(written: object): readonly Usage[] {
  const { uuid, usage, total_cost_usd: usd, modelUsage, ...rest } = fitted(written, TOTAL) ?? {};
  const latest = rest.model_usage_since_last_result;
  if (latest !== undefined) return uuid === undefined ? [] : usageSignal({ of: 'turn', id: uuid, shares: sharesIn(latest) });
  if (modelUsage !== undefined) return usageSignal({ of: 'attempt', id: '', shares: sharesIn(modelUsage) });
  return usageSignal({
    of: 'attempt',
    id: '',
    shares: [{ model: null, tokens: tokensIn((usage ?? {}) as AnthropicCounts, 'uncached'), money: statedUsd(usd) }],
  });
}

const sharesIn = (models: unknown): readonly Share[] =>
  Object.entries(fitted(models, BY_MODEL) ?? {}).map(([model, counts]) => ({
    model,
    tokens: tokensFrom(
      {
        input: counts.inputTokens,
        output: counts.outputTokens,
        cacheRead: counts.cacheReadInputTokens,
        cacheWrite: counts.cacheCreationInputTokens,
      },
      'uncached',
    ),
    money: statedUsd(counts.costUSD),
  }));
