import { promptOf } from '../../core/spend/tokens.ts';
import type { Usage } from '../../core/spend/usage.ts';
import { count, statedUsd, tokensFrom, usageSignal } from '../lines/counts.ts';

/** The end of a step, which is one answer (1.18.33). */
export interface Step {
  readonly id?: unknown;
  readonly cost?: unknown;
  readonly tokens?: {
    readonly input?: unknown;
    readonly output?: unknown;
    readonly reasoning?: unknown;
    readonly cache?: { readonly read?: unknown; readonly write?: unknown };
  } | null;
}

/** What a step used: opencode's output excludes the reasoning. It does not name the model. */
export function stepUsage({ id, cost, tokens: said }: Step, isMain: boolean): readonly Usage[] {
  if (typeof id !== 'string' || said == null) return [];
  const { input, reasoning, cache } = said;
  const output = count(said.output) + count(reasoning);
  const tokens = tokensFrom({ input, output, cacheRead: cache?.read, cacheWrite: cache?.write, reasoning }, 'uncached');
  const context = isMain ? { context: promptOf(tokens) } : {};
  return usageSignal({ of: 'answer', id, shares: [{ model: null, tokens, money: statedUsd(cost) }], ...context });
}
