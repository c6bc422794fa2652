import type { RunSpend } from './run.ts';

/**
 * Providers keep a prompt in their cache for this long after its last use (Anthropic and OpenAI,
 * unless a request asks for an hour).
 */
export const CACHE_MS = 300_000;

/** What the next resume of the session sends first, as far as its last answer says. */
export interface NextPrompt {
  /** Tokens of the last prompt: the next one repeats them. */
  readonly tokens: number;
  readonly model: string | null;
  /** The provider no longer has it in its cache: all of it is paid for again. */
  readonly isCold: boolean;
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
  return { tokens: last.tokens, model: last.model, isCold: wall - last.atWall > CACHE_MS };
}
