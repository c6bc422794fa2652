import type { Signal } from '../../core/model/facts.ts';
import type { LogContext } from '../contract/agent.ts';
import { API_ERRORS } from './api-errors.ts';
import { resetOf } from './limits.ts';
import { short } from './short.ts';
import { isSpent, isTakenBack } from './spent.ts';
import { mayMatch, type Stems, stems, stemsIn } from './stems.ts';
import { beginningOf, NO_SPACE, NO_SPACE_STEMS, rowOf, statusOf, type TroubleKind, type Troubles, troubleOf } from './troubles.ts';

const NONE: Troubles = [];

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
export function refusal(text: string, context: LogContext, rows: Troubles = NONE, shown = text): Signal | null {
  const known = KNOWN.get(rows)?.get(text);
  if (known !== undefined) return meant(known, text, context, shown);
  const words = beginningOf(text);
  const found = stemsIn(words);
  const reset = mayMatch(found, RESET) || words.includes('|') ? resetOf(words, context) : null;
  const kind = kindOf(words, found, rows, reset === null ? null : reset.atWall - context.atWall());
  const meaning = { kind, said: short(text) };
  // What it means then depends on the time.
  if (reset === null) remember(rows, text, meaning);
  return meant(meaning, text, context, shown);
}

interface Meaning {
  readonly kind: TroubleKind | null;
  /** The text in short. */
  readonly said: string;
}

function meant({ kind, said }: Meaning, text: string, context: LogContext, shown: string): Signal | null {
  if (kind === null) return null;
  return kind === 'limit' || shown !== text ? troubleOf(kind, shown, context) : { kind, text: said };
}

/**
 * What the last refusals meant, by the agent's rows: in an outage hundreds of agents repeat a few
 * messages, several times a second.
 */
const KNOWN = new Map<Troubles, Map<string, Meaning>>();
const MAX_KNOWN = 64;
/** Longer ones have ids in them, and do not repeat. */
const MAX_KNOWN_LENGTH = 512;

function remember(rows: Troubles, text: string, meaning: Meaning): void {
  if (text.length > MAX_KNOWN_LENGTH) return;
  const known = KNOWN.get(rows) ?? new Map<string, Meaning>();
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(text, meaning);
  KNOWN.set(rows, known);
}

/** `waitMs`: how far off the moment is that the text states, or null if it states none. */
function kindOf(words: string, found: Stems, rows: Troubles, waitMs: number | null): TroubleKind | null {
  if (isTakenBack(words)) return 'transient';
  const row = rowOf(rows, words, found);
  if (row !== undefined && !VAGUE.includes(row[1])) return row[1];
  return meaningOf(words, found, waitMs) ?? byStatus(words, found, row);
}

/**
 * The meaning of words that leave no doubt, from any provider or agent, or null if there are none.
 */
function meaningOf(text: string, found: Stems, waitMs: number | null): TroubleKind | null {
  const certain = rowOf(CERTAIN, text, found)?.[1];
  if (certain !== undefined) return certain;
  if (waitMs !== null && waitMs > HICCUP_MS) return 'limit';
  if (isSpent(text, waitMs !== null, found)) return 'limit';
  return rowOf(CLOSED, text, found)?.[1] ?? null;
}

/** Words that announce a time, or a number of seconds. A time also follows a bar. */
const RESET = stems('ese', 'try', 'gai', 'vai');

/**
 * Claude Code 2.1.332, qwen-code 0.24.4 (the operator's own caps), and the contexts that API_ERRORS
 * has.
 */
export const CERTAIN: Troubles = [
  [NO_SPACE, 'no-space', NO_SPACE_STEMS],
  [/\b(?:maximum|USD|max) budget\b|\bbudget[ _]exhausted\b/i, 'cap', stems('bud')],
  [
    /\bmax(?:imum)?[- ](?:session[- ])?(?:wall[- ]time|tool[- ]calls|cost)\b.{0,60}\b(?:reached|exceeded|exhausted|limit)|\b(?:reached|exceeded|exhausted)\b.{0,60}\bmax(?:imum)?[- ](?:wall[- ]time|tool[- ]calls|cost)\b/i,
    'cap',
    stems('max'),
  ],
  [
    /context_length_exceeded|context window|maximum context length|prompt is too long|context limit reached|exceeds the maximum number of tokens/i,
    'context',
    stems('tex', 'o l', 'tok'),
  ],
];

/**
 * A person must act: log in again, or reopen a closed account (Claude Code 2.1.332, codex 0.171.0,
 * gemini-cli 0.61.0).
 */
export const CLOSED: Troubles = [
  [
    /\b(?:log|sign)(?:ging|ning)? ?in (?:[\w.]{1,20} ){0,3}again\b|\bre-?authenticate\b|\bre-?login\b|\brun [`'"]?(?:[\w-]{1,20} ){0,2}\/?login\b/i,
    'auth',
    stems('log', 'sig', 'aut'),
  ],
  [
    /\b(?:organi[sz]ation|account|workspace|team|subscription|membership)\b.{0,60}\b(?:disabled|suspended|closed|deactivated|terminated|banned|revoked|deleted|locked|expired|cancell?ed)\b/i,
    'auth',
    stems('org', 'acc', 'rks', 'tea', 'sub', 'mem'),
  ],
  [
    /\b(?:disabled|suspended|closed|deactivated|revoked|cancell?ed)\b.{0,60}\b(?:organi[sz]ation|account|workspace|subscription|access)\b/i,
    'auth',
    stems('org', 'acc', 'rks', 'sub'),
  ],
  [
    /\bno longer (?:a member|authori[sz]ed|(?:has|have) access)\b|\bnot a member of (?:the|this|your) (?:organi[sz]ation|workspace|team)\b/i,
    'auth',
    stems('lon', 'mem'),
  ],
  [
    /\b(?:access|refresh|auth|oauth|login|bearer)[ _-](?:token|session)\b.{0,60}\b(?:expired|revoked|invalid(?:ated)?|already used|could not be refreshed)\b/i,
    'auth',
    stems('tok', 'ses'),
  ],
];

/** Words of a gateway in front of the provider, which say nothing about the credentials. */
const GATE = /<html|cloudflare|captcha|\bproxy\b|\bblocked\b/i;

/** Words that mean a passing failure even where the status does not. */
const PASSES = /overloaded|rate limit|too many requests|temporar|try again/i;

/**
 * What the status means together with the words, before the agent's vague row. Without a status,
 * that row decides, and without a row the words alone.
 */
function byStatus(text: string, found: Stems, row: Troubles[number] | undefined): TroubleKind | null {
  if (row !== undefined && row[1] === null) return null;
  const status = statusOf(text);
  if (status === null) return row === undefined ? inWords(text, found) : row[1];
  return meantBy(status, text);
}

function meantBy(status: number, text: string): TroubleKind {
  // Numbers in a body are not statuses: they are pixels, tokens or positions in a list.
  const words = text.replaceAll(/\d/g, '');
  const known = inWords(words, stemsIn(words));
  if (known === 'context' || known === 'limit' || known === 'no-space') return known;
  if (status === 402) return 'limit';
  if (status === 401) return 'auth';
  if (status === 403) return GATE.test(text) ? 'transient' : 'auth';
  if (status >= 500 || status === 408 || status === 429 || PASSES.test(text)) return 'transient';
  return known === 'auth' ? 'auth' : 'refused';
}

const inWords = (text: string, found: Stems): TroubleKind | null => rowOf(API_ERRORS, text, found)?.[1] ?? null;
