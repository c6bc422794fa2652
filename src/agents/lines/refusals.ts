import type { Signal } from '../../core/model/facts.ts';
import type { LogContext } from '../contract/agent.ts';
import { API_ERRORS } from './api-errors.ts';
import { resetOf } from './limits.ts';
import { isSpent, isTakenBack } from './spent.ts';
import { beginningOf, NO_SPACE, statusOf, type TroubleKind, type Troubles, troubleOf } from './troubles.ts';

/** Rows of an agent that say too little to decide: what the text means goes before them. */
const VAGUE: readonly (TroubleKind | null)[] = ['transient', 'error', null];

/** A longer wait is no hiccup: the agent was refused until then. */
const HICCUP_MS = 120_000;

/**
 * What a refusal means, for all agents: `text` is from the agent's own program, never from a model or a tool. The most specific words
 * win, wherever they stand: an agent's own (`rows`), then what every provider means, then the status, then an agent's vague ones.
 * Null: it is no refusal that anybody knows. `shown` is what people read instead.
 */
export function refusal(text: string, context: LogContext, rows: Troubles = [], shown = text): Signal | null {
  const told = beginningOf(text);
  const row = rows.find(([pattern]) => pattern.test(told));
  const kind = isTakenBack(told)
    ? 'transient'
    : row !== undefined && !VAGUE.includes(row[1])
      ? row[1]
      : (meaningOf(told, context) ?? (row === undefined || isOpen(row[1], told) ? (byStatus(told) ?? row?.[1] ?? null) : row[1]));
  return kind === null ? null : troubleOf(kind, shown, context);
}

/** A vague row, and a status that says more. */
const isOpen = (kind: TroubleKind | null, text: string): boolean => kind !== null && VAGUE.includes(kind) && statusOf(text) !== null;

/** Words of any provider or agent that leave no doubt; null: there are none. */
function meaningOf(text: string, context: LogContext): TroubleKind | null {
  const certain = CERTAIN.find(([pattern]) => pattern.test(text))?.[1];
  if (certain !== undefined) return certain;
  const waitMs = (resetOf(text, context)?.atWall ?? Number.NEGATIVE_INFINITY) - context.atWall();
  if (waitMs > HICCUP_MS) return 'limit';
  if (isSpent(text, waitMs > Number.NEGATIVE_INFINITY)) return 'limit';
  return CLOSED.some((pattern) => pattern.test(text)) ? 'auth' : null;
}

/** Claude Code 2.1.332, qwen-code 0.24.4 (caps of the operator's own), and what API_ERRORS has seen (contexts). */
const CERTAIN: Troubles = [
  [NO_SPACE, 'no-space'],
  [/\b(?:maximum|USD|max) budget\b|\bbudget[ _]exhausted\b/i, 'cap'],
  [
    /\bmax(?:imum)?[- ](?:session[- ])?(?:wall[- ]time|tool[- ]calls|cost)\b.{0,60}\b(?:reached|exceeded|exhausted|limit)|\b(?:reached|exceeded|exhausted)\b.{0,60}\bmax(?:imum)?[- ](?:wall[- ]time|tool[- ]calls|cost)\b/i,
    'cap',
  ],
  [
    /context_length_exceeded|context window|maximum context length|prompt is too long|context limit reached|exceeds the maximum number of tokens/i,
    'context',
  ],
];

/** A call for a person: to log in again, or an account that is closed (Claude Code 2.1.332, codex 0.171.0, gemini-cli 0.61.0). */
const CLOSED: readonly RegExp[] = [
  /\b(?:log|sign)(?:ging|ning)? ?in (?:[\w.]{1,20} ){0,3}again\b|\bre-?authenticate\b|\bre-?login\b|\brun [`'"]?(?:[\w-]{1,20} ){0,2}\/?login\b/i,
  /\b(?:organi[sz]ation|account|workspace|team|subscription|membership)\b.{0,60}\b(?:disabled|suspended|closed|deactivated|terminated|banned|revoked|deleted|locked|expired|cancell?ed)\b/i,
  /\b(?:disabled|suspended|closed|deactivated|revoked|cancell?ed)\b.{0,60}\b(?:organi[sz]ation|account|workspace|subscription|access)\b/i,
  /\bno longer (?:a member|authori[sz]ed|(?:has|have) access)\b|\bnot a member of (?:the|this|your) (?:organi[sz]ation|workspace|team)\b/i,
  /\b(?:access|refresh|auth|oauth|login|bearer)[ _-](?:token|session)\b.{0,60}\b(?:expired|revoked|invalid(?:ated)?|already used|could not be refreshed)\b/i,
];

/** What a gate before the provider says: no word of the credentials. */
const GATE = /<html|cloudflare|captcha|\bproxy\b|\bblocked\b/i;

/** What may pass although the status says that it will not. */
const PASSES = /overloaded|rate limit|too many requests|temporar|try again/i;

/** What the status says, and the words beside it; without a status the words alone. */
function byStatus(text: string): TroubleKind | null {
  const status = statusOf(text);
  if (status === null) return inWords(text);
  // Numbers in a body are no statuses: pixels, tokens, places in a list.
  const known = inWords(text.replaceAll(/\d/g, ''));
  if (known === 'context' || known === 'limit' || known === 'no-space') return known;
  if (status === 402) return 'limit';
  if (status === 401) return 'auth';
  if (status === 403) return GATE.test(text) ? 'transient' : 'auth';
  if (status >= 500 || status === 408 || status === 429 || PASSES.test(text)) return 'transient';
  return known === 'auth' ? 'auth' : 'refused';
}

const inWords = (text: string): TroubleKind | null => API_ERRORS.find(([pattern]) => pattern.test(text))?.[1] ?? null;
