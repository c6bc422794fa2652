import { promptOf } from '../../core/spend/tokens.ts';
import type { Usage } from '../../core/spend/usage.ts';
import { jsonLine } from '../event/json.ts';
import { count, nameOf, statedUsd, tokensFrom, usageSignal } from '../lines/counts.ts';
import type { SessionSums } from './sessions.ts';

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

/** What the session of a sub-agent used in all, of which the output says nothing. */
export function sumsUsage({ id, model, cost, output, reasoning, ...said }: SessionSums): readonly Usage[] {
  const tokens = tokensFrom({ ...said, output: count(output) + count(reasoning), reasoning }, 'uncached');
  return usageSignal({ of: 'session', id, shares: [{ model: modelIn(model), tokens, money: statedUsd(cost) }] });
}

function modelIn(text: unknown): string | null {
  const { id, providerID: provider } = (typeof text === 'string' ? jsonLine(text, { id: 'any', providerID: 'any' } as const) : null) ?? {};
  const name = nameOf(id);
  return name === null || nameOf(provider) === null ? name : `${provider}/${name}`;
}
