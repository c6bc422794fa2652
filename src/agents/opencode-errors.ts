import type { Signal } from '../core/types.ts';
import type { LogContext } from './agent.ts';
import { limit, resetOf } from './limits.ts';
import { type ResetTime, structuredReset } from './reset-time.ts';
import { short } from './short.ts';
import { NO_SPACE, type TroubleKind } from './troubles.ts';

type ErrorKind = Exclude<TroubleKind, 'limit'>;

/** A spent account says so in words; every other 429 passes. (opencode 1.18.33; bodies of its own gateway and of OpenAI.) */
const SPENT = /usage[ _]limit|UsageLimit|FreeUsageLimitError|usage exceeded|quota|insufficient_quota|billing/i;
const PASSES = /overloaded|rate limit|too many requests|try again|ECONNRESET|ECONNREFUSED|ETIMEDOUT|connection|timeout|unable to connect/i;

/** What an `error` event means. */
export function classifyError(
  error: { readonly name?: string; readonly data?: Readonly<Record<string, unknown>> } | undefined,
  context: LogContext,
): Signal[] {
  if (error === undefined) return [];
  const { name = 'Error', data = {} } = error;
  // The operator's own interrupt is no failure.
  if (name === 'MessageAbortedError') return [];
  const message = String(data.message ?? name);
  const text = short(`${name}: ${message}`);
  const status = typeof data.statusCode === 'number' ? data.statusCode : 0;
  const body = String(data.responseBody ?? '');
  if (status === 429 && SPENT.test(`${message} ${body}`)) {
    const reset = statedReset(message, body, data, context);
    return [limit(`${message} ${body}`, text, reset?.atWall ?? null, reset?.provenance ?? null)];
  }
  return [{ kind: kindOf(name, status, message, data.isRetryable === true), text }];
}

/** What the provider's answer says in numbers goes before what it says in words. */
function statedReset(message: string, body: string, data: Readonly<Record<string, unknown>>, context: LogContext): ResetTime | null {
  const stated = structuredReset(Number(RESETS_AT.exec(body)?.[1]));
  if (stated !== null) return stated;
  const headers = (data.responseHeaders ?? {}) as Readonly<Record<string, unknown>>;
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  if (seconds >= LEAST_WAIT_S) return { atWall: context.atWall() + seconds * 1000, provenance: 'structured' };
  return resetOf(`${message} ${body}`, context);
}

const RESETS_AT = /"resets_at":\s?(\d{10,13})\b/;
/** A shorter wait is meant for the next try, not for the account. */
const LEAST_WAIT_S = 60;

function kindOf(name: string, status: number, message: string, isRetryable: boolean): ErrorKind {
  if (name === 'ContextOverflowError') return 'context';
  if (name === 'ProviderAuthError' || status === 401 || status === 403) return 'auth';
  if (NO_SPACE.test(message)) return 'no-space';
  if (/session not found/i.test(message)) return 'session-missing';
  if (status === 429 || status >= 500 || isRetryable || PASSES.test(message)) return 'transient';
  return 'error';
}
