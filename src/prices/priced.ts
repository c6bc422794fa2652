import type { Interpreter } from '../agents/contract/agent.ts';
import type { Signal } from '../core/model/facts.ts';
import { priceByRates, type Rates } from '../core/spend/rates.ts';
import type { Share, Usage } from '../core/spend/usage.ts';
import { listedPrice } from './list.ts';

/**
 * The same interpreter, with the money that its agent does not state computed from its tokens: by
 * the operator's prices, else by the list. What neither knows stays unknown. `model` stands in for
 * one that the agent does not name.
 */
export function priced(interpreter: Interpreter, model: string | null, rates: Rates): Interpreter {
  return { read: (lines) => interpreter.read(lines).map((signal) => withMoney(signal, model, rates)) };
}

/** A signal with the money that can be computed. */
export function withMoney(signal: Signal, model: string | null, rates: Rates): Signal {
  if (signal.kind !== 'usage') return signal;
  const { shares, since } = signal;
  const share = (isOneRequest: boolean) => (one: Share) => pricedShare({ ...one, model: one.model ?? model }, isOneRequest, rates);
  return {
    ...signal,
    shares: shares.map(share(signal.of === 'answer')),
    ...(since !== undefined && { since: since.map(share(true)) }),
    ...againOf(signal, model, rates),
  } satisfies Usage;
}

/** What the same prompt costs once more, from the cache and without it. */
function againOf({ shares: [share], context }: Usage, model: string | null, rates: Rates): Pick<Usage, 'again'> {
  if (share === undefined || context == null || context === 0) return {};
  const named = share.model ?? model;
  const priceOf = (tokens: Partial<Share['tokens']>): number | null => {
    const all = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, ...tokens };
    return priceByRates(rates, named, all) ?? listedPrice(named, all, true);
  };
  const [coldUsd, warmUsd] = [priceOf({ input: context }), priceOf({ cacheRead: context })];
  return coldUsd === null || warmUsd === null ? {} : { again: { coldUsd, warmUsd } };
}

function pricedShare(share: Share, isOneRequest: boolean, rates: Rates): Share {
  if (share.money !== null) return share;
  const usd = priceByRates(rates, share.model, share.tokens) ?? listedPrice(share.model, share.tokens, isOneRequest);
  return usd === null ? share : { ...share, money: { usd, by: 'computed' } };
}
