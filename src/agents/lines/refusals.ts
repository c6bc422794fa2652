import type { Signal } from '../../core/model/facts.ts';
import type { LogContext } from '../contract/agent.ts';
import { API_ERRORS } from './api-errors.ts';
import { resetOf } from './limits.ts';
import { isSpent, isTakenBack } from './spent.ts';
import { beginningOf, NO_SPACE, statusOf, type TroubleKind, type Troubles, troubleOf } from './troubles.ts';

/** An agent's vague rows: the meaning of the text takes precedence over them. */
const VAGUE: readonly (TroubleKind | null)[] = ['transient', 'error', null];

/** A longer wait means that the agent was refused until then. */
const HICCUP_MS = 120_000;

/**
 * What a refusal means, for all agents. `text` comes from the agent's own program, never from a
 * model or a tool. The most specific words win, wherever they are: the agent's own (`rows`), then
 * those that all providers share, then the status, then the agent's vague ones. Null if no known
 * words match. `shown` is what people read instead.
 */
export function refusal(text: string, context: LogContext, rows: Troubles = [], shown = text): Signal | null {
  const words = beginningOf(text);
  const row = rows.find(([pattern]) => pattern.test(words));
  const kind = isTakenBack(words)
    ? 'transient'
    : row !== undefined && !VAGUE.includes(row[1])
      ? row[1]
      : (meaningOf(words, context) ?? (row === undefined || isOpen(row[1], words) ? (byStatus(words) ?? row?.[1] ?? null) : row[1]));
  return kind === null ? null : troubleOf(kind, shown, context);
}

/** A vague row, beside a status that says more. */
const isOpen = (kind: TroubleKind | null, text: string): boolean => kind !== null && VAGUE.includes(kind) && statusOf(text) !== null;

/**
 * The meaning of words that leave no doubt, from any provider or agent, or null if there are none.
 */
function meaningOf(text: string, context: LogContext): TroubleKind | null {
  const certain = CERTAIN.find(([pattern]) => pattern.test(text))?.[1];
  if (certain !== undefined) return certain;
  const waitMs = (resetOf(text, context)?.atWall ?? Number.NEGATIVE_INFINITY) - context.atWall();
  if (waitMs > HICCUP_MS) return 'limit';
  if (isSpent(text, waitMs > Number.NEGATIVE_INFINITY)) return 'limit';
  return CLOSED.some((pattern) => pattern.test(text)) ? 'auth' : null;
}

/**
 * Claude Code 2.1.332, qwen-code 0.24.4 (the operator's own caps), and the contexts that API_ERRORS
 * has.
 */
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

/**
 * A person must act: log in again, or reopen a closed account (Claude Code 2.1.332, codex 0.171.0,
 * gemini-cli 0.61.0).
 */
const CLOSED: readonly RegExp[] = [
  /\b(?:log|sign)(?:ging|ning)? ?in (?:[\w.]{1,20} ){0,3}again\b|\bre-?authenticate\b|\bre-?login\b|\brun [`'"]?(?:[\w-]{1,20} ){0,2}\/?login\b/i,
  /\b(?:organi[sz]ation|account|workspace|team|subscription|membership)\b.{0,60}\b(?:disabled|suspended|closed|deactivated|terminated|banned|revoked|deleted|locked|expired|cancell?ed)\b/i,
  /\b(?:disabled|suspended|closed|deactivated|revoked|cancell?ed)\b.{0,60}\b(?:organi[sz]ation|account|workspace|subscription|access)\b/i,
  /\bno longer (?:a member|authori[sz]ed|(?:has|have) access)\b|\bnot a member of (?:the|this|your) (?:organi[sz]ation|workspace|team)\b/i,
  /\b(?:access|refresh|auth|oauth|login|bearer)[ _-](?:token|session)\b.{0,60}\b(?:expired|revoked|invalid(?:ated)?|already used|could not be refreshed)\b/i,
];

/** Words of a gateway in front of the provider, which say nothing about the credentials. */
const GATE = /<html|cloudflare|captcha|\bproxy\b|\bblocked\b/i;

/** Words that mean a passing failure even where the status does not. */
const PASSES = /overloaded|rate limit|too many requests|temporar|try again/i;

/** What the status means together with the words. Without a status, the words alone decide. */
function byStatus(text: string): TroubleKind | null {
  const status = statusOf(text);
  if (status === null) return inWords(text);
  // Numbers in a body are not statuses: they are pixels, tokens or positions in a list.
  const known = inWords(text.replaceAll(/\d/g, ''));
  if (known === 'context' || known === 'limit' || known === 'no-space') return known;
  if (status === 402) return 'limit';
  if (status === 401) return 'auth';
  if (status === 403) return GATE.test(text) ? 'transient' : 'auth';
  if (status >= 500 || status === 408 || status === 429 || PASSES.test(text)) return 'transient';
  return known === 'auth' ? 'auth' : 'refused';
}

const inWords = (text: string): TroubleKind | null => API_ERRORS.find(([pattern]) => pattern.test(text))?.[1] ?? null;
