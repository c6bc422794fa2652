import type { Signal } from '../../core/model/facts.ts';
import type { LogContext } from '../contract/agent.ts';
import { eachOf, type Read } from '../event/fields.ts';
import { limit, resetOf } from '../lines/limits.ts';
import { refusal } from '../lines/refusals.ts';
import { short } from '../lines/short.ts';
import type { TroubleKind } from '../lines/troubles.ts';
import { type ResetTime, structuredReset } from '../times/reset.ts';

/** Transient failures without a status (opencode 1.18.33). */
const PASSES = /overloaded|rate limit|too many requests|try again|ECONNRESET|ECONNREFUSED|ETIMEDOUT|connection|timeout|unable to connect/i;

/** What an `error` event says. */
export const ERROR = {
  name: 'string',
  data: { message: 'string', statusCode: 'number', responseBody: 'string', isRetryable: 'boolean', responseHeaders: eachOf('any') },
} as const;
type ErrorData = NonNullable<Read<typeof ERROR>['data']>;

/** What an `error` event means. */
export function classifyError(error: Read<typeof ERROR> | undefined, context: LogContext): Signal[] {
  if (error === undefined) return [];
  const { name = 'Error', data = {} } = error;
  // The operator's own interrupt is no failure.
  if (name === 'MessageAbortedError') return [];
  const message = data.message ?? name;
  const text = short(`${name}: ${message}`);
  const status = data.statusCode ?? 0;
  const body = data.responseBody ?? '';
  const words = `${message} ${body.slice(0, MAX_BODY_LENGTH)}`;
  const reset = statedReset(message, body, data, context);
  const isFarOff = reset !== null && reset.atWall - context.atWall() > HICCUP_MS;
  const kind = isFarOff && status >= 400 ? 'limit' : kindOf(name, status, message, words, data.isRetryable === true, context);
  return kind === 'limit' ? [limit(words, text, reset?.atWall ?? null, reset?.provenance ?? null)] : [{ kind, text }];
}

/** A longer wait means that the agent was refused until then. */
const HICCUP_MS = 120_000;
const MAX_BODY_LENGTH = 3000;

/** The numbers in the provider's answer take precedence over its words. */
function statedReset(message: string, body: string, data: ErrorData, context: LogContext): ResetTime | null {
  const stated = structuredReset(Number(RESETS_AT.exec(body)?.[1]));
  if (stated !== null) return stated;
  const headers = data.responseHeaders ?? {};
  const epoch = structuredReset(Number(headers['x-ratelimit-reset'] ?? Number.NaN));
  if (epoch !== null && epoch.atWall > context.atWall()) return epoch;
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  if (seconds >= LEAST_WAIT_S) return { atWall: context.atWall() + seconds * 1000, provenance: 'structured' };
  return resetOf(`${message} ${body}`, context);
}

const RESETS_AT = /"resets_?at":\s?(\d{10,13})\b/i;
/** A shorter wait is meant for the next retry, not for the account. */
const LEAST_WAIT_S = 60;

function kindOf(name: string, status: number, message: string, words: string, isRetryable: boolean, context: LogContext): TroubleKind {
  if (name === 'ContextOverflowError') return 'context';
  if (/session not found/i.test(message)) return 'session-missing';
  // The meaning of the words takes precedence over the status.
  const meant = refusal(status === 0 ? words : `${status} ${words}`, context);
  if (meant !== null && isClear(meant.kind)) return meant.kind;
  if (name === 'ProviderAuthError' || status === 401 || (status === 403 && meant?.kind !== 'transient')) return 'auth';
  if (meant?.kind === 'transient' || status === 429 || status >= 500 || isRetryable || PASSES.test(message)) return 'transient';
  return status >= 400 ? 'refused' : 'error';
}

const CLEAR = ['limit', 'auth', 'context', 'no-space', 'cap'] as const;
const isClear = (kind: Signal['kind']): kind is (typeof CLEAR)[number] => CLEAR.some((clear) => clear === kind);
