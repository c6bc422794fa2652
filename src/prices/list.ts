import type { calcPrice } from '@pydantic/genai-prices';
import type { RunSpec } from '../core/model/run-spec.ts';
import { namesOf } from '../core/spend/rates.ts';
import { promptOf, type Tokens } from '../core/spend/tokens.ts';

let loading: Promise<void> | null = null;
let calculate: typeof calcPrice | null = null;

/**
 * Loads the list of prices that ships with dogwatch: about 15 MB, so only for agents that use
 * models. Nothing is fetched from a network. Without it, prices are unknown.
 */
export function loadList(): Promise<void> {
  loading ??= import('@pydantic/genai-prices').then(
    (list) => {
      calculate = list.calcPrice;
    },
    () => {},
  );
  return loading;
}

/** Loads the list before it is needed for a run, unless its command uses no model that is known. */
export const pricesFor = ({ spec }: { readonly spec: Pick<RunSpec, 'agent'> }): Promise<void> =>
  spec.agent === 'generic' ? Promise.resolve() : loadList();

/** Prices of a long prompt apply to one request, so the sum of several is priced in pieces. */
const PIECE = 100_000;

/** What tokens of a model cost by the list, in US dollars, or null if it does not know. */
export function listedPrice(model: string | null, tokens: Tokens, isOneRequest: boolean): number | null {
  if (model === null || calculate === null) return null;
  const pieces = isOneRequest ? 1 : Math.max(1, Math.ceil(promptOf(tokens) / PIECE));
  const usage = {
    input_tokens: promptOf(tokens) / pieces,
    output_tokens: tokens.output / pieces,
    cache_read_tokens: tokens.cacheRead / pieces,
    cache_write_tokens: tokens.cacheWrite / pieces,
  };
  for (const [name, providerId] of candidates(model)) {
    const usd = priced(calculate, usage, name, providerId);
    if (usd !== null) return usd * pieces;
  }
  return null;
}

/** With the provider that is part of the name (`openai/gpt-5`), then by the name alone. */
function candidates(model: string): readonly (readonly [name: string, provider: string | undefined])[] {
  const [whole = model, name] = namesOf(model);
  return name === undefined
    ? [[whole, undefined]]
    : [
        [name, whole.split('/')[0]],
        [whole, undefined],
        [name, undefined],
      ];
}

function priced(by: typeof calcPrice, usage: Parameters<typeof calcPrice>[0], name: string, providerId: string | undefined): number | null {
  try {
    const usd = by(usage, name, providerId === undefined ? undefined : { providerId })?.total_price;
    return usd !== undefined && Number.isFinite(usd) && usd >= 0 ? usd : null;
  } catch {
    // It knows the model, but not all of its prices.
    return null;
  }
}
