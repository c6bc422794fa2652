/** What is limited, but no account of it: a limit of the moment, of one request, or of the machine. */
const OF_THE_MOMENT =
  /\b(?:rate|retry|retries|context|length|tokens?|output|input|size|file|turns?|time|timeout|depth|recursion|concurrency|concurrent|connections?|memory|requests?|model|disk|watchers?|system) (?:limits?|quota|capacity)\b|\(e\.g\. check quota\)/gi;
const SUBJECT = '(?:limits?|quotas?|capacity|credits?|balance|allowance|allotment)';
const SPENT = '(?:exhausted|exceeded|reached|spent|depleted|used up|consumed|insufficient|too low)';
/** Seen of Anthropic, OpenAI, Google, Z.ai, OpenRouter and DeepSeek (2026-11), in any case and order. */
const WORDS: readonly RegExp[] = [
  new RegExp(String.raw`\b${SUBJECT}\b.{0,60}\b${SPENT}\b`, 'i'),
  new RegExp(String.raw`\b${SPENT}\b.{0,60}\b${SUBJECT}\b`, 'i'),
  /\bhit (?:your|the|its|an?)\b.{0,60}\blimit\b/i,
  /\b(?:out of|no|not enough|lack of) (?:\w{1,20} )?credits?\b|\busage (?:exceeded|exhausted)\b/i,
];
const MAYBE = /limit|quota|capacity|credit|balance|allowance|allotment|usage/i;
/** Limits of a long time: a short wait that is stated beside them is meant for the next try. */
const OF_LONG = /\b(?:daily|weekly|monthly|hourly|per ?(?:day|week|month)|\d+ hours?)\b|PerDay|QUOTA_EXHAUSTED/i;
const OF_A_MINUTE = /\bper (?:min(?:ute)?|sec(?:ond)?)\b|Per(?:Minute|Second)|\b(?:TPM|RPM)\b/i;
/** Not yet, or not the account's. */
const TAKEN_BACK = /\bnot (?:your|an?|the) (?:(?:usage|account|plan) )?(?:limit|quota)\b/i;
const NOT_YET = /\bnot (?:yet )?(?:been )?(?:reached|exceeded|exhausted|spent)\b|\bapproaching\b/i;

/** The words say themselves that it is no limit of the account. */
export const isTakenBack = (text: string): boolean => TAKEN_BACK.test(text);

/** A limit of the account is spent, as any provider says it. `isSoon`: a wait is stated, and it is short. */
export function isSpent(text: string, isSoon: boolean): boolean {
  if (!MAYBE.test(text) || NOT_YET.test(text)) return false;
  if ((isSoon || OF_A_MINUTE.test(text)) && !OF_LONG.test(text)) return false;
  // `quota_exceeded`, `UsageLimitExceeded`.
  const words = text
    .replaceAll(/[_-]/g, ' ')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(OF_THE_MOMENT, '');
  return WORDS.some((pattern) => pattern.test(words));
}
