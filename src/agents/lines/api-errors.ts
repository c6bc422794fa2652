import { stems } from './stems.ts';
import { NO_SPACE, NO_SPACE_STEMS, type Troubles } from './troubles.ts';

/**
 * Providers' answers, as agents pass them on in errors of their own (statuses and words of OpenAI,
 * Anthropic, Google and Alibaba).
 */
export const API_ERRORS: Troubles = [
  [
    /context_length_exceeded|maximum context length|context window|(?:prompt|input|request) is too (?:long|large)|exceeds the maximum number of tokens/i,
    'context',
    stems('tex', 'o l', 'tok'),
  ],
  [
    /insufficient_quota|exceeded your current quota|daily (?:usage )?(?:quota|limit)|QUOTA_EXHAUSTED|PerDay|usage limit|usage quota|allocated quota|out of credits|credit balance is too low|billing details/i,
    'limit',
    stems('quo', 'dai', 'rda', 'usa', 'cre', 'bil'),
  ],
  [
    /\b40[13]\b|UNAUTHENTICATED|PERMISSION_DENIED|invalid_api_key|API key not valid|(?:incorrect|invalid) api key|authentication_error|unauthorized|forbidden/i,
    'auth',
    stems('401', '403', 'uth', 'den', 'key', 'orb'),
  ],
  [
    /\b(?:408|429|5\d\d)\b|RESOURCE_EXHAUSTED|RATE_LIMIT|UNAVAILABLE|DEADLINE_EXCEEDED|rate limit|too many requests|per (?:minute|second)\b|\b(?:at|no) capacity|CAPACITY_EXHAUSTED|overloaded|high demand|try again/i,
    'transient',
  ],
  [
    /ECONN\w+|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EPIPE|\bconnect(?:ion)?\b|network|socket|fetch failed|timed? ?out|terminated|disconnected/i,
    'transient',
  ],
  [NO_SPACE, 'no-space', NO_SPACE_STEMS],
];
