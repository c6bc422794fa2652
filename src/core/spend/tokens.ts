/**
 * Tokens as providers bill them. The four kinds are disjoint: `input` excludes what was read from
 * the cache or written to it. `reasoning` is a part of `output`.
 */
export interface Tokens {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** Absent if the agent does not say. */
  readonly reasoning?: number;
}

export const NO_TOKENS: Tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

/** All tokens together. */
export const sumOf = ({ input, output, cacheRead, cacheWrite }: Tokens): number => input + output + cacheRead + cacheWrite;

/** The tokens of a prompt: what a request sent, cached or not. */
export const promptOf = ({ input, cacheRead, cacheWrite }: Tokens): number => input + cacheRead + cacheWrite;

export const plusTokens = (one: Tokens, other: Tokens): Tokens => combined(one, other, (a, b) => a + b);

export const minusTokens = (one: Tokens, other: Tokens): Tokens => combined(one, other, (a, b) => a - b);

/** The larger of each kind: an event that repeats an earlier one may know more or less of it. */
export const mostTokens = (one: Tokens, other: Tokens): Tokens => combined(one, other, Math.max);

function combined(one: Tokens, other: Tokens, by: (a: number, b: number) => number): Tokens {
  const tokens = {
    input: by(one.input, other.input),
    output: by(one.output, other.output),
    cacheRead: by(one.cacheRead, other.cacheRead),
    cacheWrite: by(one.cacheWrite, other.cacheWrite),
  };
  if (one.reasoning === undefined && other.reasoning === undefined) return tokens;
  return { ...tokens, reasoning: by(one.reasoning ?? 0, other.reasoning ?? 0) };
}
