/** Millionths of a US dollar: caps are whole numbers of them. */
export const MICROS = 1_000_000;

/** `$0.42`, `$310.00`, `$1240`. Less than a cent is not rounded to nothing: `$0.0042`. */
export function usdInWords(usd: number): string {
  if (usd === 0) return '$0';
  if (usd < 0.00005) return '<$0.0001';
  if (usd < 0.01) return `$${usd.toFixed(4)}`;
  return usd < 1000 ? `$${usd.toFixed(2)}` : `$${Math.round(usd)}`;
}

/** A cap as an option takes it: `5`, `0.25`. */
export const usdAsTyped = (micros: number): string => String(micros / MICROS);

/** A number of tokens, in thousands or millions where that is short: `1.2M`, `150k`, `900`. */
export function tokensInWords(tokens: number): string {
  if (tokens >= 999_500) return `${rounded(tokens / 1e6)}M`;
  return tokens >= 1000 ? `${rounded(tokens / 1000)}k` : String(Math.round(tokens));
}

const rounded = (amount: number): string => (amount >= 100 ? amount.toFixed(0) : String(Math.round(amount * 10) / 10));
