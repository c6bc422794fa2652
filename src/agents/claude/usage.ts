import { promptOf } from '../../core/spend/tokens.ts';
import type { Share, Usage } from '../../core/spend/usage.ts';
import { type AnthropicCounts, nameOf, statedUsd, tokensFrom, tokensIn, usageSignal } from '../lines/counts.ts';

interface Message {
  readonly id?: unknown;
  readonly model?: unknown;
  readonly usage?: AnthropicCounts | null;
}

/** An event with an answer, or with its beginning or its end (2.1.330). */
export interface AnswerEvent {
  readonly message?: Message;
  readonly event?: { readonly message?: Message; readonly usage?: AnthropicCounts | null };
  readonly api_message_id?: unknown;
  readonly parent_tool_use_id?: unknown;
  /** In the record of a sub-agent. */
  readonly isSidechain?: unknown;
}

/**
 * What one answer used. Claude Code repeats it for each block of the answer. In its output, the
 * number of tokens that were written is that of the answer's first moment, except in a
 * `message_delta`.
 */
export function answerUsage(event: AnswerEvent): readonly Usage[] {
  const message = event.message ?? event.event?.message;
  const counts = message?.usage ?? event.event?.usage;
  const id = message?.id ?? event.api_message_id;
  if (counts == null || typeof id !== 'string') return [];
  const tokens = tokensIn(counts, 'uncached');
  const isMain = event.parent_tool_use_id == null && event.isSidechain !== true;
  return usageSignal({
    of: 'answer',
    id,
    shares: [{ model: nameOf(message?.model), tokens, money: null }],
    ...(isMain && { context: promptOf(tokens) }),
  });
}

interface ModelCounts {
  readonly inputTokens?: unknown;
  readonly outputTokens?: unknown;
  readonly cacheReadInputTokens?: unknown;
  readonly cacheCreationInputTokens?: unknown;
  readonly costUSD?: unknown;
}

type ByModel = Readonly<Record<string, ModelCounts>>;

/** The last event of a turn. */
export interface TotalEvent {
  readonly uuid?: unknown;
  readonly usage?: AnthropicCounts | null;
  readonly total_cost_usd?: unknown;
  readonly modelUsage?: ByModel | null;
  readonly model_usage_since_last_result?: ByModel | null;
}

/**
 * What a turn used, with its sub-agents. `usage` lacks those and, after a budget is spent, the last
 * answer. `total_cost_usd` and `modelUsage` go on from turn to turn of a session, but lack the
 * turns that were killed (2.1.330). A version that does not say what is new is assumed to begin
 * them with each process.
 */
export function turnUsage({ uuid, usage, total_cost_usd: usd, modelUsage, ...rest }: TotalEvent): readonly Usage[] {
  const latest = rest.model_usage_since_last_result;
  if (latest != null && typeof uuid === 'string') return usageSignal({ of: 'turn', id: uuid, shares: sharesIn(latest) });
  if (modelUsage != null) return usageSignal({ of: 'attempt', id: '', shares: sharesIn(modelUsage) });
  return usageSignal({
    of: 'attempt',
    id: '',
    shares: [{ model: null, tokens: tokensIn(usage ?? {}, 'uncached'), money: statedUsd(usd) }],
  });
}

const sharesIn = (models: ByModel): readonly Share[] =>
  Object.entries(models).map(([model, counts]) => ({
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
