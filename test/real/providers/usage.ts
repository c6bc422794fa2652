/** What one answer took, in tokens that do not overlap. */
export interface Usage {
  /** Of the prompt, without what came from the cache or went into it. */
  readonly input: number;
  readonly cacheRead: number;
  /** Only Anthropic tells it, and only there is it anything but zero. */
  readonly cacheWrite: number;
  /** Of the answer, without reasoning. */
  readonly output: number;
  /** Of the answer as well. Anthropic counts it as output and does not tell it apart. */
  readonly reasoning: number;
}

export const NOTHING: Usage = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0 };

/** A different one for each answer, so that a sum shows which answers it is made of. */
export const usageOf = (answer: number): Usage => ({
  input: 1000 + answer,
  cacheRead: 2000 + 10 * answer,
  cacheWrite: 0,
  output: 50 + answer,
  reasoning: 7,
});

export const sumOf = (usages: readonly Usage[]): Usage =>
  usages.reduce(
    (sum, one) => ({
      input: sum.input + one.input,
      cacheRead: sum.cacheRead + one.cacheRead,
      cacheWrite: sum.cacheWrite + one.cacheWrite,
      output: sum.output + one.output,
      reasoning: sum.reasoning + one.reasoning,
    }),
    NOTHING,
  );
