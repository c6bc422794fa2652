import type { NoStream } from './model-server.ts';

/** How one provider refuses. */
export interface Refusals {
  /**
   * The account is exhausted until a moment, in s since the epoch, which is stated if the
   * provider's format for it is known.
   */
  limit(resetsAtS: number): NoStream;
  readonly unauthorized: NoStream;
  /** The request was longer than the model's context. */
  readonly overflow: NoStream;
}

const secondsUntil = (atS: number): number => Math.max(1, Math.ceil(atS - Date.now() / 1000));

/** OpenAI's, in chat completions and in responses. */
export const OPENAI: Refusals = {
  limit: (resetsAtS) => ({
    status: 429,
    // Shortens the retries of an agent that takes this for a transient failure.
    headers: { 'retry-after': '1' },
    body: {
      error: {
        type: 'usage_limit_reached',
        message: 'The usage limit has been reached',
        plan_type: 'plus',
        resets_at: resetsAtS,
        resets_in_seconds: secondsUntil(resetsAtS),
      },
    },
  }),
  unauthorized: {
    status: 401,
    body: { error: { message: 'Incorrect API key provided', type: 'invalid_request_error', code: 'invalid_api_key' } },
  },
  overflow: {
    status: 400,
    body: {
      error: {
        message: "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens.",
        type: 'invalid_request_error',
        param: 'messages',
        code: 'context_length_exceeded',
      },
    },
  },
};

export const ANTHROPIC_REFUSALS: Refusals = {
  limit: (resetsAtS) => ({
    status: 429,
    headers: {
      'retry-after': String(secondsUntil(resetsAtS)),
      'x-should-retry': 'false',
      'anthropic-ratelimit-unified-status': 'rejected',
      'anthropic-ratelimit-unified-reset': String(resetsAtS),
      'anthropic-ratelimit-unified-representative-claim': 'five_hour',
      'anthropic-ratelimit-unified-5h-status': 'rejected',
      'anthropic-ratelimit-unified-5h-reset': String(resetsAtS),
      'anthropic-ratelimit-unified-5h-utilization': '1',
      'anthropic-ratelimit-unified-overage-status': 'rejected',
      'anthropic-ratelimit-unified-overage-disabled-reason': 'org_level_disabled',
    },
    body: {
      type: 'error',
      error: { type: 'rate_limit_error', message: "This request would exceed your account's rate limit. Please try again later." },
    },
  }),
  unauthorized: { status: 401, body: { type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' } } },
  overflow: {
    status: 400,
    body: { type: 'error', error: { type: 'invalid_request_error', message: 'prompt is too long: 205004 tokens > 200000 maximum' } },
  },
};

const google = (code: number, status: string, message: string, ...details: readonly object[]): NoStream => ({
  status: code,
  body: { error: { code, status, message, details } },
});
const rpc = (name: string, more: object) => ({ '@type': `type.googleapis.com/google.rpc.${name}`, ...more });

export const GOOGLE: Refusals = {
  limit: (resetsAtS) =>
    google(
      429,
      'RESOURCE_EXHAUSTED',
      'You exceeded your current quota, please check your plan and billing details.',
      rpc('QuotaFailure', {
        violations: [
          {
            quotaMetric: 'generativelanguage.googleapis.com/generate_requests_per_model_per_day',
            quotaId: 'GenerateRequestsPerDayPerProjectPerModel',
          },
        ],
      }),
      rpc('RetryInfo', { retryDelay: `${secondsUntil(resetsAtS)}s` }),
    ),
  unauthorized: google(
    401,
    'UNAUTHENTICATED',
    'API key not valid. Please pass a valid API key.',
    rpc('ErrorInfo', { reason: 'API_KEY_INVALID', domain: 'googleapis.com' }),
  ),
  overflow: google(400, 'INVALID_ARGUMENT', 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).'),
};
