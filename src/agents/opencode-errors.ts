import type { Signal } from '../core/types.ts';
import { short } from './short.ts';

type ErrorKind = Exclude<Extract<Signal, { readonly text: string }>['kind'], 'done' | 'limit'>;

/** A spent account says so in words; every other 429 passes. (opencode 1.18.33; bodies of its own gateway and of OpenAI.) */
const SPENT = /usage limit|UsageLimit|FreeUsageLimitError|usage exceeded|quota|insufficient_quota|billing/i;
const NO_SPACE = /ENOSPC|EDQUOT|no space left on device/i;
const PASSES = /overloaded|rate limit|too many requests|try again|ECONNRESET|ECONNREFUSED|ETIMEDOUT|connection|timeout|unable to connect/i;

/** What an `error` event means. */
export function classifyError(error: { readonly name?: string; readonly data?: Readonly<Record<string, unknown>> } | undefined): Signal[] {
  if (error === undefined) return [];
  const { name = 'Error', data = {} } = error;
  // The operator's own interrupt is no failure.
  if (name === 'MessageAbortedError') return [];
  const message = String(data.message ?? name);
  const text = short(`${name}: ${message}`);
  const status = typeof data.statusCode === 'number' ? data.statusCode : 0;
  if (status === 429 && SPENT.test(`${message} ${String(data.responseBody ?? '')}`)) return [{ kind: 'limit', resetsAtWall: null, text }];
  return [{ kind: kindOf(name, status, message, data.isRetryable === true), text }];
}

function kindOf(name: string, status: number, message: string, isRetryable: boolean): ErrorKind {
  if (name === 'ContextOverflowError') return 'context';
  if (name === 'ProviderAuthError' || status === 401 || status === 403) return 'auth';
  if (NO_SPACE.test(message)) return 'no-space';
  if (/session not found/i.test(message)) return 'session-missing';
  if (status === 429 || status >= 500 || isRetryable || PASSES.test(message)) return 'transient';
  return 'error';
}
