import { tokensInWords, usdInWords } from '../values/money.ts';
import type { RunSpend } from './run.ts';
import type { PromptPrice } from './usage.ts';

/**
 * Providers keep a prompt in their cache for this long after its last use (Anthropic and OpenAI,
 * unless a request asks for an hour).
 */
const CACHE_MS = 300_000;

/** What the next resume of the session sends first, as far as its last answer says. */
export interface NextPrompt {
  /** Tokens of the last prompt: the next one repeats them. */
  readonly tokens: number;
  readonly model: string | null;
  /** The provider no longer has it in its cache: all of it is paid for again. */
  readonly isCold: boolean;
  /** Null if its price is unknown. */
  readonly price: PromptPrice | null;
}

/** What of a run has to be known here. */
interface Resumable {
  readonly spend?: RunSpend;
  readonly session: string | null;
  readonly spec: { readonly sessions: boolean };
}

/** Null if it is unknown, or if there is no session to resume. */
export function nextPrompt({ spend, session, spec }: Resumable, wall: number): NextPrompt | null {
  const last = spend?.last ?? null;
  if (last === null || (spec.sessions && session === null)) return null;
  return { tokens: last.tokens, model: last.model, isCold: wall - last.atWall > CACHE_MS, price: last.again ?? null };
}

const roughly = (usd: number): string => (usd < 0.005 ? 'less than $0.01' : `about ${usdInWords(usd)}`);

/**
 * What the next resume roughly costs before it does anything, in words, or null if it resumes
 * nothing. `mostTokens` is DOGWATCH_FRESH_ABOVE, 0 if it is off.
 */
export function nextPromptInWords(run: Resumable, wall: number, mostTokens = 0): string | null {
  if (run.spec.sessions && run.session === null) return null;
  const prompt = nextPrompt(run, wall);
  // That nothing is known at all is said with the cost.
  const isSilent = run.spend === undefined || run.spend.amounts.length === 0;
  if (prompt === null) return isSilent ? null : 'what the next resume costs is unknown: the size of its context was not said';
  const { tokens, isCold, price } = prompt;
  if (isCold && mostTokens > 0 && tokens > mostTokens)
    return `the next resume begins a fresh session: the context of ${tokensInWords(tokens)} tokens is larger than DOGWATCH_FRESH_ABOVE and no longer in the provider's cache`;
  const cache = isCold ? "no longer in the provider's cache" : "maybe still in the provider's cache";
  const cost = price === null ? 'its price is unknown' : roughly(isCold ? price.coldUsd : price.warmUsd);
  return `the next resume sends ${tokensInWords(tokens)} tokens once more, ${cache}: ${cost}`;
}
