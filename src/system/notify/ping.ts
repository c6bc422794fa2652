import { sanitizeForTerminal } from '../text/sanitize.ts';
import { because } from './because.ts';
import type { HttpTarget } from './channel.ts';

/** A ping that takes longer than this has failed; the next one may succeed. */
const PING_DEADLINE_MS = 10_000;

/**
 * Requests a URL, so that whatever monitors it knows that this program works. Returns what went
 * wrong, or null.
 */
export async function ping({ url, authorization }: HttpTarget, deadlineMs = PING_DEADLINE_MS): Promise<string | null> {
  try {
    const response = await fetch(url, {
      headers: { 'User-Agent': 'dogwatch', ...(authorization === null ? {} : { Authorization: authorization }) },
      redirect: 'manual',
      signal: AbortSignal.timeout(deadlineMs),
    });
    await response.body?.cancel();
    return response.ok ? null : sanitizeForTerminal(`it answered ${response.status} ${response.statusText}`.trimEnd());
  } catch (error) {
    return sanitizeForTerminal(because(error, deadlineMs));
  }
}
