import { mayMatch, type Stems, stems } from './stems.ts';

/** Limits that are not the account's: those of one request or of the machine. */
const OF_NO_ACCOUNT =
  /\b(?:retry|retries|context|length|size|file|turns?|time|timeout|depth|recursion|concurrency|concurrent|connections?|memory|disk|watchers?|system|inodes?) (?:limits?|quota)\b|\bmodel capacity\b|\bno capacity\b|\(e\.g\. check quota\)/gi;
/** The same, unless a day or longer is named beside them, which makes them the account's. */
const OF_THE_MOMENT = /\b(?:rate|tokens?|output|input|requests?) limits?\b/gi;
const SUBJECT = '(?:limits?|quotas?|capacity|credits?|balance|allowance|allotment)';
const SPENT = '(?:exhausted|exceeded|reached|spent|depleted|used up|consumed|insufficient|too low)';
/**
 * Seen in answers of Anthropic, OpenAI, Google, Z.ai, OpenRouter and DeepSeek (2026-11), in any
 * case and order.
 */
const WORDS: readonly RegExp[] = [
  new RegExp(String.raw`\b${SUBJECT}\b.{0,60}\b${SPENT}\b`, 'i'),
  new RegExp(String.raw`\b${SPENT}\b.{0,60}\b${SUBJECT}\b`, 'i'),
  /\bhit (?:your|the|its|an?)\b.{0,60}\blimit\b/i,
  /\b(?:out of|no|not enough|lack of) (?:\w{1,20} )?credits?\b|\busage (?:exceeded|exhausted)\b/i,
];
const LEFT = /limit|quota|capacity|credit|balance|allowance|allotment|usage/i;
const MAYBE = stems('lim', 'quo', 'cap', 'cre', 'bal', 'all', 'usa');
/** Of SPENT, and of what else may be said of a limit. None goes over the gap between two words. */
const MAYBE_SPENT = stems('exh', 'exc', 'rea', 'spe', 'dep', 'use', 'con', 'ins', 'low', 'hit', 'cre', 'usa');
/** Long-term limits: a short wait that is stated beside them is meant for the next retry. */
const OF_LONG = /\b(?:daily|weekly|monthly|hourly|per ?(?:day|week|month)|\d{1,4} hours?)\b|QUOTA EXHAUSTED/i;
const OF_A_MINUTE = /\bper (?:min(?:ute)?|sec(?:ond)?)\b|\b(?:TPM|RPM)\b/i;
/** Not yet reached, or not the account's. */
const TAKEN_BACK = /\bnot (?:your|an?|the) (?:(?:usage|account|plan) )?(?:limit|quota)\b/i;
const NOT_YET = /\bnot (?:yet )?(?:been )?(?:reached|exceeded|exhausted|spent)\b|\bapproaching\b/i;

/** Whether the words themselves deny that it is a limit of the account. */
export const isTakenBack = (text: string): boolean => TAKEN_BACK.test(text);

/**
 * Whether a limit of the account is spent, in any provider's words, in a text with these stems.
 * `isSoon`: a short wait is stated.
 */
export function isSpent(text: string, isSoon: boolean, found: Stems): boolean {
  if (!mayMatch(found, MAYBE) || !mayMatch(found, MAYBE_SPENT) || NOT_YET.test(text)) return false;
  // `quota_exceeded`, `UsageLimitExceeded`.
  const words = text
    .replaceAll(/[_-]/g, ' ')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(OF_NO_ACCOUNT, '');
  if (!LEFT.test(words)) return false;
  if (OF_LONG.test(words)) return isSaid(words);
  return !isSoon && !OF_A_MINUTE.test(words) && isSaid(words.replaceAll(OF_THE_MOMENT, ''));
}

const isSaid = (words: string): boolean => WORDS.some((pattern) => pattern.test(words));
