import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { Rates } from '../core/spend/rates.ts';
import { hostSetting } from './host.ts';
import { codec, type SettingType } from './types.ts';

const NONE = 'none';
const MAX_FILE_LENGTH = 1024 * 1024;

const MAX_PATTERN_LENGTH = 200;
const MOST_USD = 1e6;

/** A rate as the operator writes it. */
interface WrittenRate {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
}

const NEEDED = ['input', 'output'];
const KNOWN = [...NEEDED, 'cacheRead', 'cacheWrite'];
const isPrice = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= MOST_USD;
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);
const isRate = (value: unknown): value is WrittenRate =>
  isObject(value) &&
  NEEDED.every((name) => name in value) &&
  Object.entries(value).every(([name, price]) => KNOWN.includes(name) && isPrice(price));
const isFile = (value: unknown): value is Readonly<Record<string, WrittenRate>> =>
  isObject(value) &&
  Object.entries(value).every(([pattern, rate]) => pattern !== '' && pattern.length <= MAX_PATTERN_LENGTH && isRate(rate));

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
    const file: unknown = text.length > MAX_FILE_LENGTH ? null : JSON.parse(text);
    if (!isFile(file)) return null;
    const rates = Object.entries(file).map(([pattern, { input, output, cacheRead = input, cacheWrite = input }]) => ({
      pattern,
      rate: { input, output, cacheRead, cacheWrite },
    }));
    return { path, rates };
  } catch {
    return null;
  }
}

const prices: SettingType<Prices> = {
  codec: codec<Prices>(
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
