import type { Signal } from '../../core/model/facts.ts';
import { Repeats } from '../calls/repeats.ts';
import type { Interpreter, LogContext, Reading } from '../contract/agent.ts';
import { listOf, type Read } from '../event/fields.ts';
import { jsonLine } from '../event/json.ts';
import { donePattern } from '../lines/done-pattern.ts';
import { plainLine } from '../lines/plain.ts';
import { isProgramLine } from '../lines/program.ts';
import { refusal } from '../lines/refusals.ts';
import { short } from '../lines/short.ts';
import { NO_SPACE, type Troubles, troubleOf } from '../lines/troubles.ts';
import { type Events, wordsAndEvents } from '../lines/words-and-events.ts';
import { callIn, resultIn } from './calls.ts';
import { answerUsage } from './usage.ts';

/** pi's own words, in an event or on stderr (1.6.0). */
const WORDS: Troubles = [
  [/^No session found matching\b|^Stored session working directory does not exist\b/, 'session-missing'],
  [/^You have hit your ChatGPT usage limit\b|^Monthly usage limit reached\b/, 'limit'],
  [/^No API key (?:found )?for\b|^No models available\b|^Authentication failed for\b/, 'auth'],
  [/^Context overflow\b/, 'context'],
];
/** How a line with one of these words begins if it does not look like a program's line anyway. */
const BEGINNING =
  /^(?:No session found matching|Stored session working|No API key |No models available|Authentication failed for|[45]\d\d: )/;
const TYPE = /^\{"type":"([a-z_]{1,32})"/;
const ANSWER = '{"type":"message_end","message":{"role":"assistant"';
/** The prompt, which pi writes to its record before it asks the model. */
const PROMPT = '{"type":"message_end","message":{"role":"user"';

const EVENT_FIELDS = {
  id: 'string',
  message: {
    content: listOf({ type: 'string', text: 'string' }),
    model: 'any',
    usage: { cost: {} },
    stopReason: 'string',
    errorMessage: 'string',
    timestamp: 'number',
  },
  attempt: 'number',
  maxAttempts: 'number',
  delayMs: 'number',
  errorMessage: 'string',
  aborted: 'boolean',
  result: { usage: { cost: {} }, firstKeptEntryId: 'string' },
} as const;
type Event = Read<typeof EVENT_FIELDS>;
type Message = NonNullable<Event['message']>;

const EVENTS: Events = { event: /^\{"type":"[a-z_]{1,32}"/, works: /^\{"type":"(?:tool_execution_|message_update"|compaction_start")/ };

/**
 * Interprets the lines of `pi`: the events of `--mode json`, and prose. Only the envelope of an
 * event decides. Its exit status is 0 even if the model refused every request.
 */
export function piInterpreter(spec: Reading, context: LogContext): Interpreter {
  const done = donePattern(spec);
  const repeats = new Repeats();
  let session: string | null = null;
  let isKnown = false;
  let wentWell = false;

  const answer = ({ message = {} }: Event): Signal[] => {
    wentWell = message.stopReason !== undefined && message.stopReason !== 'error' && message.stopReason !== 'aborted';
    const { usage, timestamp } = message;
    // Without its moment it could be any answer.
    const used = usage === undefined || timestamp === undefined ? [] : answerUsage(`pi ${timestamp}`, message.model, usage, true);
    if (message.stopReason === 'error') return [...used, whatFailed(message.errorMessage ?? 'the turn failed', context)];
    return spec.done.logPattern === null ? [...used] : [...used, ...done(textOf(message))];
  };

  const line = (text: string): Signal[] => {
    switch (TYPE.exec(text)?.[1]) {
      case 'session':
        session = jsonLine(text, EVENT_FIELDS)?.id ?? null;
        return [];
      case 'message_end':
        if (text.startsWith(ANSWER)) return answer(jsonLine(text, EVENT_FIELDS) ?? {});
        // Its name comes earlier, but a session without a prompt does not exist yet.
        if (isKnown || session === null || !text.startsWith(PROMPT)) return [];
        isKnown = true;
        return [{ kind: 'session', id: session }];
      case 'tool_execution_start':
        return callIn(text, repeats);
      case 'tool_execution_end':
        return [{ kind: 'tool' }, ...resultIn(text, repeats)];
      case 'auto_retry_start': {
        const { attempt, maxAttempts, delayMs = 0, errorMessage = '' } = jsonLine(text, EVENT_FIELDS) ?? {};
        return [{ kind: 'retrying', text: short(`try ${attempt} of ${maxAttempts}, in ${Math.round(delayMs / 1000)} s: ${errorMessage}`) }];
      }
      case 'compaction_end':
        return compaction(jsonLine(text, EVENT_FIELDS) ?? {});
      // Nothing follows it by itself: no retry, no summary, no message that waited.
      case 'agent_settled':
        return [{ kind: 'turn', well: wentWell && jsonLine(text, EVENT_FIELDS)?.aborted !== true }];
      default:
        return [];
    }
  };

  const compaction = ({ result, errorMessage }: Event): Signal[] => {
    const { usage, firstKeptEntryId: first } = result ?? {};
    const used = usage === undefined || first === undefined ? [] : answerUsage(`pi before ${first}`, null, usage, false);
    return errorMessage === undefined ? [...used] : [...used, whatFailed(errorMessage, context)];
  };

  return wordsAndEvents(EVENTS, line, (text) => plain(plainLine(text), context));
}

/** What the model said in a line, or null if it said nothing. */
export function saidByPi(line: string): string | null {
  if (!line.startsWith(ANSWER)) return null;
  return textOf(jsonLine(line, EVENT_FIELDS)?.message ?? {}) || null;
}

function textOf({ content = [] }: Message): string {
  return content
    .map((block) => (block.type === 'text' ? (block.text ?? '') : ''))
    .join('\n')
    .trim();
}

/** A delay that pi does not wait out itself, in words whose time is understood (1.6.0). */
const DELAY = /^Server requested (\d{1,8})s retry delay/;

function whatFailed(said: string, context: LogContext): Signal {
  const text = said.replace(DELAY, 'Retry after $1s');
  return refusal(text, context, WORDS) ?? troubleOf('error', text, context);
}

function plain(text: string, context: LogContext): Signal[] {
  if (!isProgramLine(text) && !BEGINNING.test(text)) return [];
  const trouble = refusal(text, context, WORDS) ?? (NO_SPACE.test(text) ? troubleOf('no-space', text, context) : null);
  return trouble === null ? [] : [trouble];
}
