import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import * as z from 'zod/mini';
import type { Rates } from '../core/spend/rates.ts';
import { hostSetting } from './host.ts';
import { codec, type SettingType } from './types.ts';

const NONE = 'none';
const MAX_FILE_LENGTH = 1024 * 1024;

const price = z.number().check(z.gte(0), z.lte(1e6));
const rate = z.strictObject({ input: price, output: price, cacheRead: z.optional(price), cacheWrite: z.optional(price) });
const file = z.record(z.string().check(z.minLength(1), z.maxLength(200)), rate);

/** The operator's prices, and the file that they were read from, or null if there is none. */
interface Prices {
  readonly path: string | null;
  readonly rates: Rates;
}

/** Returns null if the file can't be read, or is in another form. */
function readPrices(path: string): Prices | null {
  if (!isAbsolute(path)) return null;
  try {
    const text = readFileSync(path, 'utf8');
    const read = text.length > MAX_FILE_LENGTH ? null : z.safeParse(file, JSON.parse(text));
    if (read?.success !== true) return null;
    const rates = Object.entries(read.data).map(([pattern, { input, output, cacheRead = input, cacheWrite = input }]) => ({
      pattern,
      rate: { input, output, cacheRead, cacheWrite },
    }));
    return { path, rates };
  } catch {
    return null;
  }
}

const prices: SettingType<Prices> = {
  codec: codec(
    z.custom<Prices>(),
    (text) => (text === NONE ? { path: null, rates: [] } : readPrices(text)),
    ({ path }) => path ?? NONE,
  ),
  expected: `${NONE}, or the absolute path of a readable JSON file such as {"claude-opus-*": {"input": 5, "output": 25, "cacheRead": 0.5, "cacheWrite": 6.25}}`,
  hint: 'patterns of models, each with US dollars per million tokens; the first that matches decides; without cacheRead or cacheWrite, these tokens cost as much as input',
};

/** What tokens cost. */
export const PRICE_SETTINGS = {
  prices: hostSetting(
    'DOGWATCH_PRICES',
    prices,
    NONE,
    'A JSON file with your own prices of models, which come before the list that ships with dogwatch.',
  ),
} as const;
