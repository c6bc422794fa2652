import type { Signal } from '../../core/model/facts.ts';
import { Repeats } from '../calls/repeats.ts';
import type { Interpreter, LogContext, Reading } from '../contract/agent.ts';
import type { Read } from '../event/fields.ts';
import { jsonLine } from '../event/json.ts';
import { donePattern } from '../lines/done-pattern.ts';
import { plainLine } from '../lines/plain.ts';
import { isProgramLine } from '../lines/program.ts';
import { refusal } from '../lines/refusals.ts';
import { short } from '../lines/short.ts';
import { type TroubleKind, type Troubles, troubleOf } from '../lines/troubles.ts';
import { type Events, wordsAndEvents } from '../lines/words-and-events.ts';
import { callIn, resultIn } from './calls.ts';
import { sessionWith } from './sessions.ts';

/** Copilot's own words, in an event or in prose (1.0.102). */
const WORDS: Troubles = [
  [/^(?:Error: )?No session, task, or name matched\b/, 'session-missing'],
  [/^(?:Error: )?No authentication information found\b|^Authentication failed with provider\b/, 'auth'],
  [/^Failed to get response from the AI model\b/, 'transient'],
  // The operator's own --max-ai-credits: each resume would begin to count anew.
  [/^Session limits? (?:reached|exhausted)\b/, 'cap'],
];
/** How a line with one of these words begins if it does not look like a program's line anyway. */
const BEGINNING =
  /^(?:Authentication failed with provider|Failed to get response from the AI model|No (?:session, task|authentication)|Session limits? (?:reached|exhausted))\b/;
/** What `session.error` says of its kind. Other kinds are decided by the provider's words. */
const KINDS: Readonly<Record<string, TroubleKind>> = {
  authentication: 'auth',
  authorization: 'auth',
  context_limit: 'context',
  quota: 'limit',
};
/** Rate limits that last (`user_weekly_rate_limited`), by the names in its schema. */
const LASTS = /(?:weekly|monthly|daily|global|quota)/;
const TYPE = /^\{"type":"([a-z._]{1,48})"/;
const ANSWER = '{"type":"assistant.message"';

const EVENT_FIELDS = {
  id: 'string',
  data: {
    content: 'string',
    errorType: 'string',
    errorCode: 'string',
    message: 'string',
    statusCode: 'number',
    errorMessage: 'string',
    reason: 'string',
    usedAiCredits: 'number',
    maxAiCredits: 'number',
    error: { code: 'string', message: 'string' },
  },
  sessionId: 'string',
  exitCode: 'number',
} as const;
type Data = NonNullable<Read<typeof EVENT_FIELDS>['data']>;

const EVENTS: Events = {
  event: /^\{"type":"(?:assistant|session|model|tool|user|result)\b/,
  works: /^\{"type":"(?:assistant\.(?:message|reasoning|tool_call)|tool\.)/,
};
/** The record follows within about a second: after this many events there is none. */
const MOST_LOOKS = 100;

/**
 * Interprets the lines of `copilot`: the events of `--output-format json`, and prose. Only the
 * envelope of an event decides.
 */
export function copilotInterpreter(spec: Reading, context: LogContext): Interpreter {
  const done = donePattern(spec);
  const repeats = new Repeats();
  /** The last refusal in the provider's own words, which `session.error` shortens. */
  let refused = '';
  let isKnown = false;
  let looks = 0;
  let prompt: string | null = null;

  const session = (id: string | null | undefined): Signal[] => {
    if (isKnown || id == null) return [];
    isKnown = true;
    return [{ kind: 'session', id }];
  };

  /** The output says it only at its end. */
  const look = (): Signal[] => {
    const environment = context.environment?.();
    if (isKnown || prompt === null || environment === undefined || ++looks > MOST_LOOKS) return [];
    return session(sessionWith(prompt, environment));
  };

  const line = (text: string): Signal[] => {
    switch (TYPE.exec(text)?.[1]) {
      case 'user.message':
        prompt ??= jsonLine(text, EVENT_FIELDS)?.id ?? null;
        return [];
      case 'assistant.message':
        return [...look(), ...(spec.done.logPattern === null ? [] : done(saidByCopilot(text) ?? ''))];
      case 'tool.execution_start':
        return [...look(), ...callIn(text, repeats)];
      case 'tool.execution_complete':
        return [...look(), { kind: 'tool' }, ...denied(text), ...resultIn(text, repeats)];
      case 'model.call_failure': {
        const { statusCode, errorMessage = '' } = jsonLine(text, EVENT_FIELDS)?.data ?? {};
        refused = statusCode === undefined ? errorMessage : `${statusCode}: ${errorMessage}`;
        return [];
      }
      case 'assistant.turn_retry': {
        const known = refusal(refused, context, WORDS);
        const limit = known?.kind === 'limit' ? [known] : [];
        return [
          ...limit,
          { kind: 'retrying', text: short(refused || (jsonLine(text, EVENT_FIELDS)?.data?.reason ?? 'the model did not answer')) },
        ];
      }
      case 'session.error':
        return [failed(jsonLine(text, EVENT_FIELDS)?.data ?? {})];
      case 'session_limits_exhausted.requested': {
        const { usedAiCredits: used = '?', maxAiCredits: most = '?' } = jsonLine(text, EVENT_FIELDS)?.data ?? {};
        return [troubleOf('cap', `--max-ai-credits is reached: ${used} of ${most} AI credits`, context)];
      }
      case 'result': {
        const { sessionId, exitCode } = jsonLine(text, EVENT_FIELDS) ?? {};
        return [...session(sessionId), { kind: 'turn', well: exitCode === 0 }];
      }
      default:
        return text.startsWith('{"type":"session.background_tasks_changed"') ? look() : [];
    }
  };

  const failed = ({ errorType = '', errorCode = '', message = 'the turn failed', statusCode }: Data): Signal => {
    const lasts = errorType === 'rate_limit' && LASTS.test(errorCode);
    const kind = lasts ? 'limit' : KINDS[errorType];
    const said = refused !== '' && statusCode !== undefined && refused.startsWith(`${statusCode}:`) ? refused : message;
    if (kind !== undefined) return troubleOf(kind, kind === 'limit' ? said : message, context);
    return refusal(said, context, WORDS) ?? refusal(message, context, WORDS) ?? troubleOf('error', message, context);
  };

  return wordsAndEvents(EVENTS, line, (text) => plain(plainLine(text), context));
}

const DENIED = '"code":"denied"';

/** A tool that needed a permission which nobody could give. */
function denied(text: string): Signal[] {
  if (!text.includes(DENIED)) return [];
  const { error } = jsonLine(text, EVENT_FIELDS)?.data ?? {};
  return error?.code === 'denied' ? [{ kind: 'permission', text: short(`denied: ${error.message ?? 'a tool'}`) }] : [];
}

/** What the model said in a line, or null if it said nothing. */
export function saidByCopilot(line: string): string | null {
  if (!line.startsWith(ANSWER)) return null;
  const content = TYPE.exec(line)?.[1] === 'assistant.message' ? jsonLine(line, EVENT_FIELDS)?.data?.content : null;
  return content != null && content.trim() !== '' ? content : null;
}

/**
 * It unpacks itself below its cache once, and does not look whether a power cut or a full disk left
 * that whole (1.0.102).
 */
const DAMAGED = /^Failed to load package index: (\/.{1,300}\/copilot\/pkg\/[\w.-]{1,40}\/[\w.-]{1,40})\/index\.js (.{1,80})/;

function plain(text: string, context: LogContext): Signal[] {
  const [, unpacked, why] = DAMAGED.exec(text) ?? [];
  if (unpacked !== undefined) {
    const words = `its unpacked program is damaged: remove ${unpacked}, and it unpacks itself again (${why})`;
    return [troubleOf('error', words, context)];
  }
  const trouble = isProgramLine(text) || BEGINNING.test(text) ? refusal(text, context, WORDS) : null;
  return trouble === null ? [] : [trouble];
}
