import type { Signal } from '../core/types.ts';
import type { Interpreter, LogContext, Reading } from './agent.ts';
import { API_ERRORS } from './api-errors.ts';
import { type Dialect, type Result, streamJson } from './stream-json.ts';
import { NO_SPACE, type Troubles, troubleOf, understand } from './troubles.ts';

/** Understands the lines of `claude -p`, in its format for programs and in prose. */
export const claudeInterpreter = (spec: Reading, context: LogContext): Interpreter => streamJson(spec, context, CLAUDE);

/** Words of Claude Code itself: 2.1.330, and what users of earlier versions reported. */
const WORDS: Troubles = [
  [/^API Error: .{0,100}not your usage limit/, 'transient'],
  [/^(?:API Error: .{0,300})?(?:prompt is too long|Context limit reached)/i, 'context'],
  [/^Claude AI usage limit reached/, 'limit'],
  [/^(?:[\w-]{1,30} ){1,3}limit reached [∙·]/i, 'limit'],
  [/^You['’]ve (?:hit|reached) your (?:[\w'’-]{1,30} ){0,4}limit\b/, 'limit'],
  [/^You['’]re out of extra usage|^Your usage allocation has been disabled|^Credit balance is too low/, 'limit'],
  [/^API Error: .{0,300}(?:usage limits?\b|usage quota)/, 'limit'],
  [/^Failed to authenticate\b|^Invalid API key\b|^Invalid bearer token|^Not logged in\b|^API Error: 40[13]\b/, 'auth'],
  [/^No conversation found with session ID/, 'session-missing'],
  [/^(?:\w{0,30}Error: |Failed to resume session: ).{0,300}\bE(?:NOSPC|DQUOT): (?!System limit)/, 'no-space'],
  [/^API Error\b.{0,300}(?:\b(?:429|5\d\d)\b|Rate limit|overloaded|Connect|ECONN|ETIMEDOUT|timed? ?out|temporar)/i, 'transient'],
  [/^(?:API )?Error\b/, 'error'],
];
const IN_USE = /^Error: Session ID ([0-9a-f-]{36}) is already in use/;

const CLAUDE: Dialect = {
  plain(text, context) {
    const session = IN_USE.exec(text)?.[1];
    // It was made before, and not by this start: this is the one to resume.
    if (session !== undefined) return [{ kind: 'session', id: session }];
    const trouble = understand(WORDS, text, context);
    return trouble === null ? [] : [trouble];
  },
  trouble(result, context) {
    if (result.is_error !== true) return null;
    return result.terminal_reason?.startsWith('aborted') ? 'interrupted' : whatFailed(result, context);
  },
};

/** Its reason, then its own words, then the status of the provider's answer. */
function whatFailed(result: Partial<Result>, context: LogContext): Signal {
  const text = result.result ?? result.errors?.join(' · ') ?? `the turn ended with ${result.subtype}`;
  if (result.terminal_reason === 'prompt_too_long') return troubleOf('context', text, context);
  if (result.terminal_reason === 'blocking_limit') return troubleOf('limit', text, context);
  const words = understand(WORDS, text, context);
  if (words !== null && words.kind !== 'error') return words;
  if (NO_SPACE.test(text)) return troubleOf('no-space', text, context);
  const status = result.api_error_status ?? null;
  return (status === null ? null : understand(API_ERRORS, `${status}`, context, text)) ?? troubleOf('error', text, context);
}
