import type { Limit, Signal } from '../../core/model/facts.ts';
import { callsIn, resultsIn } from '../calls/blocks.ts';
import { Repeats } from '../calls/repeats.ts';
import type { Interpreter, LogContext, Reading } from '../contract/agent.ts';
import { donePattern, NO_PATTERN } from './done-pattern.ts';
import { jsonLine, jsonWithoutContent } from './json.ts';
import { plainLine } from './plain.ts';
import { type RateLimit, rejection, usageWindows } from './rate-limit.ts';
import { short } from './short.ts';
import { isTakenBack } from './spent.ts';
import { isCompleted, todos } from './todos.ts';
import { troubleOf } from './troubles.ts';
import { type Events, wordsAndEvents } from './words-and-events.ts';

/** The last event of a turn. */
export interface Result {
  readonly type: string;
  readonly subtype: string;
  readonly is_error: boolean;
  readonly terminal_reason: string | null;
  readonly api_error_status: number | null;
  /** The provider's own name of the error. Claude Code 2.1.330; absent before. */
  readonly api_error_type: string;
  readonly result: string;
  readonly errors: readonly string[];
  /** Where qwen-code 0.24.4 says what failed. */
  readonly error: string | { readonly message?: string };
}

/** What the events of one log say that was used. */
interface StreamUsage {
  /** An event with an answer, or with its beginning or its end. */
  answer(event: object): readonly Signal[];
  /** The last event of a turn. */
  total(event: object): readonly Signal[];
}

/** What differs between the agents that write this format. */
export interface Dialect {
  /** A line of prose, without escapes. */
  plain(text: string, context: LogContext, spec: Reading): Signal[];

  /** What events say that was used. Called once for each log. */
  usage(spec: Reading): StreamUsage;

  /** What went wrong in a turn, or null if nothing did. */
  trouble(result: Partial<Result>, context: LogContext): Signal | 'interrupted' | null;
}

interface Event extends Result {
  readonly session_id: string;
  readonly error_code: string;
  readonly tool_name: string;
  readonly message: { readonly content?: readonly { type?: string; name?: string; text?: string; input?: { todos?: unknown } }[] };
  readonly is_api_error_message: boolean;
  readonly attempt: number;
  readonly max_retries: number;
  readonly error_status: number | null;
  readonly data: { readonly attempt?: number; readonly maxRetries?: number; readonly delayMs?: number };
  readonly rate_limit_info: RateLimit;
}

const EVENT = /^\{"type":"(assistant|user|stream_event|system|rate_limit_event|tool_progress)"(?:,"subtype":"(\w{1,40})")?/;
const TOOL = '"type":"tool_use"';
const USAGE = '"usage":{';
/** A part of an answer that says what it used. */
const COUNTED_PART = /^\{"type":"stream_event","event":\{"type":"message_(?:start|delta)"/;
const HEAD_LENGTH = 128;
const RESULT = '"type":"tool_result"';
const WRITES_LIST = '"name":"TodoWrite"';

/**
 * Interprets the events of `--output-format stream-json`, as written by Claude Code 2.1.330 and
 * qwen-code 0.15.10. Only the envelope of an event decides, never what a model said or a tool read.
 * Whether a turn failed is decided by its result's `is_error`, not by `subtype`.
 */
export function streamJson(spec: Reading, context: LogContext, dialect: Dialect): Interpreter {
  const done = donePattern(spec);
  const usage = dialect.usage(spec);
  let rejected: Limit | null = null;
  let isKnown = false;
  const repeats = new Repeats();

  /**
   * The first event also names the session, but precedes its creation: an agent that dies in
   * between has no session and starts over.
   */
  const session = (id: string | undefined): Signal[] => {
    if (isKnown || id === undefined) return [];
    isKnown = true;
    return [{ kind: 'session', id }];
  };

  const result = (event: Partial<Event>): Signal[] => {
    const trouble = dialect.trouble(event, context);
    if (trouble === null) return [...session(event.session_id), { kind: 'turn', well: true }];
    if (trouble === 'interrupted') return [{ kind: 'turn', well: false }];
    // The preceding event had a better name and time than these words, or was the only sign of a
    // limit.
    const isBehind = trouble.kind === 'transient' && event.api_error_status === 429 && !isTakenBack(event.result ?? '');
    const isLimit = trouble.kind === 'limit' || (isBehind && rejected?.resetsAtWall != null);
    const outcome = isLimit && rejected !== null && 'text' in trouble ? { ...better(rejected, trouble), text: trouble.text } : trouble;
    return [outcome, { kind: 'turn', well: false }];
  };

  const line = (text: string): Signal[] => {
    const [, type, subtype] = EVENT.exec(text) ?? [];
    switch (type) {
      case 'system':
        return system(subtype, text, context);
      case 'assistant':
        return [
          ...(isKnown ? [] : session(jsonLine<Event>(text)?.session_id)),
          ...(text.includes(TOOL) ? [...tools(text), ...callsIn(text, repeats)] : []),
          ...(done === NO_PATTERN ? [] : done(textOf(text))),
          ...(text.includes(USAGE) ? usage.answer(jsonWithoutContent<Event>(text) ?? {}) : []),
        ];
      case 'stream_event':
        return COUNTED_PART.test(text.slice(0, HEAD_LENGTH)) ? [...usage.answer(jsonLine<Event>(text) ?? {})] : [];
      case 'user':
        return text.includes(RESULT) ? resultsIn(text, repeats) : [];
      case 'rate_limit_event': {
        const info = jsonLine<Event>(text)?.rate_limit_info;
        const now = rejection(info);
        rejected = now ?? rejected;
        return [...(now === null ? [] : [now]), ...usageWindows(info)];
      }
      case undefined: {
        const event = jsonLine<Event>(text);
        return event?.type === 'result' ? [...usage.total(event), ...result(event)] : [];
      }
      default:
        return [];
    }
  };

  return wordsAndEvents(EVENTS, line, (text) => dialect.plain(plainLine(text), context, spec));
}

const EVENTS: Events = { event: /^\{"(?:type|duration_api_ms)":/, works: /^\{"type":"(?:assistant|user|tool_progress)"/ };

/** The limit from the event, plus the time that the words add. */
const better = (event: Limit, words: Signal): Limit =>
  event.resetsAtWall === null && words.kind === 'limit'
    ? { ...event, resetsAtWall: words.resetsAtWall, provenance: words.provenance, isCap: words.isCap }
    : event;

function system(subtype: string | undefined, text: string, context: LogContext): Signal[] {
  switch (subtype) {
    case 'api_retry': {
      const { attempt, max_retries: most, error_status: status, error } = jsonLine<Event>(text) ?? {};
      return [{ kind: 'retrying', text: short(`try ${attempt} of ${most}: ${status ?? 'no answer'} ${error ?? ''}`) }];
    }
    // qwen-code 0.24.4.
    case 'retry': {
      const { attempt, maxRetries, delayMs = 0 } = jsonLine<Event>(text)?.data ?? {};
      return [{ kind: 'retrying', text: short(`try ${attempt} of ${maxRetries}, in ${Math.round(delayMs / 1000)} s`) }];
    }
    case 'permission_denied':
      return [{ kind: 'permission', text: `denied: ${jsonLine<Event>(text)?.tool_name ?? 'a tool'}` }];
    case 'session_writes_lost': {
      const code = jsonLine<Event>(text)?.error_code;
      return code === 'ENOSPC' || code === 'EDQUOT' ? [troubleOf('no-space', `the session could not be saved: ${code}`, context)] : [];
    }
    default:
      return [];
  }
}

function tools(text: string): Signal[] {
  const used: Signal[] = [{ kind: 'tool' }];
  if (!text.includes(WRITES_LIST)) return used;
  const list = jsonLine<Event>(text)?.message?.content?.find(({ name }) => name === 'TodoWrite')?.input?.todos;
  return [...used, ...todos(list, isCompleted)];
}

/** What the model said in a line, or null if it said nothing. */
export const saidInStreamJson = (line: string): string | null =>
  EVENT.exec(line)?.[1] === 'assistant' ? textOf(line).trim() || null : null;

/** What the model said, without the messages that the program puts in its place. */
function textOf(text: string): string {
  const event = jsonLine<Event>(text);
  if (event?.is_api_error_message || !Array.isArray(event?.message?.content)) return '';
  return event.message.content.map((block) => (block.type === 'text' ? (block.text ?? '') : '')).join('\n');
}
