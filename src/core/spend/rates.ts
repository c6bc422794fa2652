import { globs } from '../values/glob.ts';
import type { Tokens } from './tokens.ts';

/** US dollars per million tokens. */
interface Rate {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/** The operator's own prices. The first pattern that matches a model decides. */
export type Rates = readonly { readonly pattern: string; readonly rate: Rate }[];

const MILLION = 1e6;

/** What tokens of a model cost by the operator's prices, in US dollars, or null if none match. */
export function priceByRates(rates: Rates, model: string | null, tokens: Tokens): number | null {
  const names = namesOf(model);
  const rate = rates.find(({ pattern }) => names.some(globs([pattern])))?.rate;
  if (rate === undefined) return null;
  const { input, output, cacheRead, cacheWrite } = tokens;
  return (input * rate.input + output * rate.output + cacheRead * rate.cacheRead + cacheWrite * rate.cacheWrite) / MILLION;
}

/** The names of a model: as it is given, and without its provider. */
export const namesOf = (model: string | null): readonly string[] =>
  model === null ? [''] : [...new Set([model, model.slice(model.lastIndexOf('/') + 1)])];
