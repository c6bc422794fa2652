/** Millionths of a US dollar: caps are whole numbers of them. */
export const MICROS = 1_000_000;

/** Smaller amounts are said with as many digits as they need to differ from 0. */
const LEAST_CENTS = 0.1;

/** An amount of US dollars, as a person reads and writes it: `5.31 USD`, `0.0042 USD`. */
export function usdInWords(usd: number): string {
  const digits = usd === 0 || Math.abs(usd) >= LEAST_CENTS ? 2 : 4;
  return `${usd.toFixed(digits)} USD`;
}

/** A cap as an option takes it: `5`, `0.25`. */
export const usdAsTyped = (micros: number): string => String(micros / MICROS);

/** A number of tokens, in thousands or millions where that is short: `1.2M`, `150k`, `900`. */
export function tokensInWords(tokens: number): string {
  if (tokens >= 999_500) return `${rounded(tokens / 1e6)}M`;
  return tokens >= 1000 ? `${rounded(tokens / 1000)}k` : String(tokens);
}

const rounded = (amount: number): string => (amount >= 100 ? amount.toFixed(0) : String(Math.round(amount * 10) / 10));
