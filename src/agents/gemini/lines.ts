import type { Signal } from '../../core/model/facts.ts';
import { Repeats } from '../calls/repeats.ts';
import type { Interpreter, LogContext, Reading } from '../contract/agent.ts';
import type { Read } from '../event/fields.ts';
import { ANY_NUMBER, ANY_TEXT, NUMBER, TEXT } from '../event/form.ts';
import { jsonLine, typeOf } from '../event/json.ts';
import { donePattern } from '../lines/done-pattern.ts';
import { apiError } from '../lines/in-place-of-answer.ts';
import { plainLine } from '../lines/plain.ts';
import { isProgramLine } from '../lines/program.ts';
import { refusal } from '../lines/refusals.ts';
import { type Troubles, troubleOf, withRetry } from '../lines/troubles.ts';
import { type Events, wordsAndEvents } from '../lines/words-and-events.ts';
import { callIn, resultIn } from './calls.ts';
import { STATS, statsUsage } from './usage.ts';

/** gemini-cli retries by itself. */
const ATTEMPT = /^Attempt \d+ failed/;
/** gemini-cli's own words, on stderr (0.61.0, and reports from users of earlier versions). */
const WORDS: Troubles = [
  [ATTEMPT, 'transient'],
  [/^(?:\w{0,30}Error: )?You have exhausted your daily quota/, 'limit'],
  [/^(?:Error resuming session|Invalid session identifier|No previous sessions found)/, 'session-missing'],
  [/^Please set an Auth method\b|^(?:Error authenticating|Failed to (?:login|sign in))\b/, 'auth'],
  [/^(?:\w{0,30}Error: ).{0,300}\bE(?:NOSPC|DQUOT|ROFS): (?!System limit)/, 'no-space'],
];
/** How a line with one of these words begins if it does not look like a program's line anyway. */
const BEGINNING = /^(?:Invalid session identifier|No previous sessions found|Please set an Auth method\b)/;
/** Longest part of one answer that a pattern is tried on. */
const MAX_ANSWER_LENGTH = 65_536;

const INIT = { session_id: 'string' } as const;
const MESSAGE = { role: 'string', content: 'string' } as const;
const RESULT = { status: 'string', error: { message: 'string' }, stats: STATS } as const;
type Result = Read<typeof RESULT>;

/** Events in the form that gemini-cli writes them in (0.61.0). */
const BEGUN = new RegExp(`^\\{"type":"init","timestamp":${ANY_TEXT},"session_id":${TEXT},"model":${ANY_TEXT}\\}$`);
const COUNTS = `"total_tokens":${NUMBER},"input_tokens":${NUMBER},"output_tokens":${NUMBER},"cached":${NUMBER},"input":${ANY_NUMBER}`;
/** Most use one model. */
const SUCCEEDED = new RegExp(
  `^\\{"type":"result","timestamp":${ANY_TEXT},"status":"success","stats":\\{${COUNTS.replaceAll(NUMBER, ANY_NUMBER)},` +
    `"duration_ms":${ANY_NUMBER},"tool_calls":${ANY_NUMBER},"models":\\{"([a-z][\\w.-]{0,64})":\\{${COUNTS}\\}\\}\\}\\}$`,
);

function succeeded(text: string): Result | null {
  const found = SUCCEEDED.exec(text);
  if (found === null) return null;
  const [, model = '', total, input, output, cached] = found;
  const counts = { total_tokens: Number(total), input_tokens: Number(input), output_tokens: Number(output), cached: Number(cached) };
  return { status: 'success', stats: { models: { [model]: counts } } };
}

/**
 * Interprets the lines of `gemini`: its JSON events, and prose. Only the envelope of an event
 * decides.
 */
export function geminiInterpreter(spec: Reading, context: LogContext): Interpreter {
  const done = donePattern(spec);
  const repeats = new Repeats();
  // The model's answer arrives in pieces.
  let answer = '';
  const said = (): Signal[] => {
    const all = answer;
    answer = '';
    return all === '' ? [] : done(all);
  };
  const line = (text: string): Signal[] => {
    switch (typeOf(text)) {
      case 'init': {
        const id = BEGUN.exec(text)?.[1] ?? jsonLine(text, INIT)?.session_id;
        return id === undefined ? [] : [{ kind: 'session', id }];
      }
      case 'message': {
        const event = spec.done.logPattern === null ? null : jsonLine(text, MESSAGE);
        if (event?.role === 'assistant' && answer.length < MAX_ANSWER_LENGTH) answer += event.content ?? '';
        return [];
      }
      case 'tool_use':
        return [...said(), ...callIn(text, repeats)];
      case 'tool_result':
        return [...said(), { kind: 'tool' }, ...resultIn(text, repeats)];
      case 'result':
        return [...said(), ...result(succeeded(text) ?? jsonLine(text, RESULT), context)];
      default:
        return said();
    }
  };
  return wordsAndEvents(EVENTS, line, (text) => plain(plainLine(text), context));
}

const EVENTS: Events = {
  event: /^\{"type":"[a-z_]{1,32}"/,
  works: /^\{"type":"(?:tool_use|tool_result)"|^\{"type":"message".{0,60}"role":"assistant"/,
};

/** What the model said in a line, or a piece of it. Null if it said nothing. */
export function saidByGemini(line: string): string | null {
  if (typeOf(line) !== 'message') return null;
  const event = jsonLine(line, MESSAGE);
  return event?.role === 'assistant' ? (event.content ?? null) : null;
}

const result = (event: Result | null, context: LogContext): Signal[] => [
  ...(event?.stats == null ? [] : statsUsage(event.stats)),
  ...turn(event, context),
];

function turn(event: Result | null, context: LogContext): Signal[] {
  if (event?.status === 'success') return [{ kind: 'turn', well: true }];
  const text = event?.error?.message ?? 'the turn failed';
  const trouble = apiError(text, context) ?? refusal(text, context, WORDS);
  return [trouble ?? troubleOf('error', text, context), { kind: 'turn', well: false }];
}

function plain(text: string, context: LogContext): Signal[] {
  const isKnown = isProgramLine(text) || BEGINNING.test(text);
  const trouble = isKnown ? (apiError(text, context) ?? refusal(text, context, WORDS)) : null;
  if (trouble === null) return [];
  return ATTEMPT.test(text) ? withRetry(trouble) : [trouble];
}
