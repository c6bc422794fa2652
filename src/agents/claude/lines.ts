import type { Signal } from '../../core/model/facts.ts';
import type { Interpreter, LogContext, Reading } from '../contract/agent.ts';
import { isProgramLine } from '../lines/program.ts';
import { refusal } from '../lines/refusals.ts';
import { type Dialect, type Result, streamJson } from '../lines/stream-json.ts';
import { type Troubles, troubleOf } from '../lines/troubles.ts';
import { answerUsage, turnUsage } from './usage.ts';

/** Interprets the lines of `claude -p`: its JSON events, and prose. */
export const claudeInterpreter = (spec: Reading, context: LogContext): Interpreter => streamJson(spec, context, CLAUDE);

/** Claude Code's own words: 2.1.332, and reports from users of earlier versions. */
const WORDS: Troubles = [
  [/^(?:API Error: .{0,300})?(?:prompt is too long|Context limit reached)/i, 'context'],
  [/^Claude AI usage limit reached/, 'limit'],
  [/^(?:[\w-]{1,30} ){1,3}limit reached [∙·]/i, 'limit'],
  [/^You['’]ve (?:hit|reached) your (?:[\w'’-]{1,30} ){0,4}limit\b/, 'limit'],
  [/^You['’]re out of extra usage|^Your usage allocation has been disabled|^Credit balance is too low/, 'limit'],
  [/^API Error: .{0,300}(?:usage limits?\b|usage quota)(?! or)/i, 'limit'],
  [/^Failed to authenticate\b|^Invalid API key\b|^Invalid bearer token|^Not logged in\b/, 'auth'],
  [/^No conversation found with session ID/, 'session-missing'],
  [/^(?:\w{0,30}Error: |Failed to resume session: ).{0,300}\bE(?:NOSPC|DQUOT|ROFS): (?!System limit)/, 'no-space'],
  [/^API Error\b.{0,300}(?:\b(?:429|5\d\d)\b|Rate limit|overloaded|Connect|ECONN|ETIMEDOUT|timed? ?out|temporar)/i, 'transient'],
  [/^(?:API )?Error\b/, 'error'],
];
const IN_USE = /^Error: Session ID ([0-9a-f-]{36}) is already in use/;

const MISSING = /^No conversation found with session ID: (\S{1,80})/;
/** How a line with one of these words begins if it does not look like a program's line anyway. */
const BEGINNING =
  /^(?:prompt is too long|Context limit reached|Claude AI usage limit reached|Invalid (?:API key|bearer token)\b|No conversation found with session ID)/i;

const CLAUDE: Dialect = {
  usage: () => ({ answer: answerUsage, total: turnUsage }),
  plain(text, context, { command }) {
    const session = IN_USE.exec(text)?.[1];
    // An earlier start made this session: resume it if it is the one that this start was given.
    if (session !== undefined) return command.some((word) => word.includes(session)) ? [{ kind: 'session', id: session }] : [];
    const missing = MISSING.exec(text)?.[1];
    if (missing !== undefined && (context.session() ?? missing) !== missing) return [];
    const trouble = isProgramLine(text) || BEGINNING.test(text) ? refusal(text, context, WORDS) : null;
    return trouble === null ? [] : [trouble];
  },
  trouble(result, context) {
    // Unless it says so, it is unknown whether the turn went well.
    if (result.is_error === undefined) return 'interrupted';
    if (!result.is_error) return null;
    return result.terminal_reason?.startsWith('aborted') ? 'interrupted' : whatFailed(result, context);
  },
};

/**
 * What the provider calls its error, where that is more certain than words. A rate limit is not:
 * it may be the server's own, and only the words say which. Seen in 2.1.330.
 */
const ERROR_TYPES: Readonly<Record<string, 'auth' | 'limit' | 'transient'>> = {
  authentication_error: 'auth',
  permission_error: 'auth',
  billing_error: 'limit',
  overloaded_error: 'transient',
  timeout_error: 'transient',
  api_error: 'transient',
};

/**
 * The turn's reason decides first, then the provider's name of the error, then what its words mean,
 * then the status of the provider's answer.
 */
function whatFailed(result: Result, context: LogContext): Signal {
  const { subtype, terminal_reason: reason, api_error_status: status, api_error_type: type = '' } = result;
  const text = result.result ?? result.errors?.join(' · ') ?? `the turn ended with ${subtype}`;
  // The operator's own cap: each resume would lift it again.
  if (subtype === 'error_max_budget_usd' || reason === 'budget_exhausted') return troubleOf('cap', text, context);
  if (reason === 'prompt_too_long' || reason === 'rapid_refill_breaker') return troubleOf('context', text, context);
  if (reason === 'blocking_limit') return troubleOf('limit', text, context);
  const words = refusal(text, context, WORDS);
  const stated = Object.hasOwn(ERROR_TYPES, type) ? ERROR_TYPES[type] : undefined;
  // The words of the same kind may also say when it is over.
  if (stated !== undefined) return words?.kind === stated ? words : troubleOf(stated, text, context);
  if (words !== null && words.kind !== 'error' && words.kind !== 'refused') return words;
  const known = status == null ? null : refusal(`${status} ${text}`, context, [], text);
  return known ?? words ?? troubleOf('error', text, context);
}
