import type { Interpreter, LogContext, Reading } from './agent.ts';
import { API_ERRORS, apiError } from './api-errors.ts';
import { type Dialect, streamJson } from './stream-json.ts';
import { type Troubles, troubleOf, understand } from './troubles.ts';

/** Understands the lines of `qwen`, in its format for programs and in prose. */
export const qwenInterpreter = (spec: Reading, context: LogContext): Interpreter => streamJson(spec, context, QWEN);

/** Words of qwen-code itself (0.15.10). */
const WORDS: Troubles = [
  [/^No saved session found|^(?:Error: )?Session \S{1,80} not found/i, 'session-missing'],
  [/^(?:\w{0,30}Error: ).{0,300}\bE(?:NOSPC|DQUOT): (?!System limit)/, 'no-space'],
  [/^Qwen OAuth (?:quota|daily limit)\b/i, 'limit'],
];

const QWEN: Dialect = {
  plain(text, context) {
    const trouble = apiError(text, context) ?? understand(WORDS, text, context);
    return trouble === null ? [] : [trouble];
  },
  trouble({ is_error: isError, result = '', errors = [], subtype }, context) {
    const refused = apiError(result, context);
    if (refused !== null || isError !== true) return refused;
    const text = errors[0] ?? (result === '' ? `the turn ended with ${subtype}` : result);
    return (
      apiError(text, context) ??
      understand(WORDS, text, context) ??
      understand(API_ERRORS, text, context) ??
      troubleOf('error', text, context)
    );
  },
};
