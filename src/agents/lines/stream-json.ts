import type { Limit, Signal } from '../../core/model/facts.ts';
import { callsIn, resultsIn } from '../calls/blocks.ts';
import { Repeats } from '../calls/repeats.ts';
import type { Interpreter, LogContext, Reading } from '../contract/agent.ts';
import { listOf, type Read } from '../event/fields.ts';
import { jsonLine, jsonWithoutContent } from '../event/json.ts';
import { donePattern, NO_PATTERN } from './done-pattern.ts';
import { plainLine } from './plain.ts';
import { RATE_LIMIT, rejection, usageWindows } from './rate-limit.ts';
import { short } from './short.ts';
import { isTakenBack } from './spent.ts';
import { isCompleted, todos } from './todos.ts';
import { troubleOf } from './troubles.ts';
import { type Events, wordsAndEvents } from './words-and-events.ts';

/** The last event of a turn. */
const RESULT_EVENT = {
  type: 'string',
  subtype: 'string',
  is_error: 'boolean',
  terminal_reason: 'string',
  api_error_status: 'number',
  /** The provider's own name of the error. Claude Code 2.1.330; absent before. */
  api_error_type: 'string',
  result: 'string',
  errors: listOf('string'),
  /** Where qwen-code 0.24.4 says what failed: a text, or an object with a message. */
  error: 'any',
  session_id: 'string',
} as const;
export type Result = Read<typeof RESULT_EVENT>;

const NAMED = { session_id: 'string' } as const;
const RETRY = { attempt: 'number', max_retries: 'number', error_status: 'number', error: 'any' } as const;
/** Of qwen-code 0.24.4. */
const RETRY_OF_QWEN = { data: { attempt: 'number', maxRetries: 'number', delayMs: 'number' } } as const;
const DENIED = { tool_name: 'string' } as const;
const LOST = { error_code: 'string' } as const;
const LIMITED = { rate_limit_info: RATE_LIMIT } as const;
const LISTED = { message: { content: listOf({ name: 'string', input: { todos: 'any' } }) } } as const;
const SAID = { is_api_error_message: 'boolean', message: { content: listOf({ type: 'string', text: 'string' }) } } as const;
/** What it used is checked by those who count it. */
const COUNTED = {} as const;

/** What the events of one log say that was used. */
interface StreamUsage {
  /** An event with an answer, or with its beginning or its end. */
  answer(event: object): readonly Signal[];
  /** The same of a line in the form that the agent writes it in. Null if it has to be parsed. */
  quickly?(line: string): readonly Signal[] | null;
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
  trouble(result: Result, context: LogContext): Signal | 'interrupted' | null;
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

  const result = (event: Result): Signal[] => {
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

  const answer = (text: string): Signal[] => {
    const signals: Signal[] = isKnown ? [] : session(jsonLine(text, NAMED)?.session_id);
    if (text.includes(TOOL)) signals.push(...tools(text), ...callsIn(text, repeats));
    if (done !== NO_PATTERN) signals.push(...done(textOf(text)));
    if (text.includes(USAGE)) signals.push(...(usage.quickly?.(text) ?? usage.answer(jsonWithoutContent(text, COUNTED) ?? {})));
    return signals;
  };

  const line = (text: string): Signal[] => {
    const [, type, subtype] = EVENT.exec(text) ?? [];
    switch (type) {
      case 'system':
        return system(subtype, text, context);
      case 'assistant':
        return answer(text);
      case 'stream_event':
        return COUNTED_PART.test(text.slice(0, HEAD_LENGTH)) ? [...usage.answer(jsonLine(text, COUNTED) ?? {})] : [];
      case 'user':
        return text.includes(RESULT) ? resultsIn(text, repeats) : [];
      case 'rate_limit_event': {
        const info = jsonLine(text, LIMITED)?.rate_limit_info;
        const now = rejection(info);
        rejected = now ?? rejected;
        return [...(now === null ? [] : [now]), ...usageWindows(info)];
      }
      case undefined: {
        const event = jsonLine(text, RESULT_EVENT);
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
      const { attempt, max_retries: most, error_status: status, error } = jsonLine(text, RETRY) ?? {};
      return [
        { kind: 'retrying', text: short(`try ${attempt} of ${most}: ${status ?? 'no answer'} ${typeof error === 'string' ? error : ''}`) },
      ];
    }
    // qwen-code 0.24.4.
    case 'retry': {
      const { attempt, maxRetries, delayMs = 0 } = jsonLine(text, RETRY_OF_QWEN)?.data ?? {};
      return [{ kind: 'retrying', text: short(`try ${attempt} of ${maxRetries}, in ${Math.round(delayMs / 1000)} s`) }];
    }
    case 'permission_denied':
      return [{ kind: 'permission', text: `denied: ${jsonLine(text, DENIED)?.tool_name ?? 'a tool'}` }];
    case 'session_writes_lost': {
      const code = jsonLine(text, LOST)?.error_code;
      return code === 'ENOSPC' || code === 'EDQUOT' ? [troubleOf('no-space', `the session could not be saved: ${code}`, context)] : [];
    }
    default:
      return [];
  }
}

function tools(text: string): Signal[] {
  const used: Signal[] = [{ kind: 'tool' }];
  if (!text.includes(WRITES_LIST)) return used;
  const list = jsonLine(text, LISTED)?.message?.content?.find(({ name }) => name === 'TodoWrite')?.input?.todos;
  return [...used, ...todos(list, isCompleted)];
}

/** What the model said in a line, or null if it said nothing. */
export const saidInStreamJson = (line: string): string | null =>
  EVENT.exec(line)?.[1] === 'assistant' ? textOf(line).trim() || null : null;

/** What the model said, without the messages that the program puts in its place. */
function textOf(text: string): string {
  const event = jsonLine(text, SAID);
  if (event?.is_api_error_message === true) return '';
  return (event?.message?.content ?? []).map((block) => (block.type === 'text' ? (block.text ?? '') : '')).join('\n');
}
