import type { Signal } from '../../core/model/facts.ts';
import type { Interpreter, LogContext, Reading } from '../contract/agent.ts';
import { fitted } from '../event/fields.ts';
import { apiError } from '../lines/in-place-of-answer.ts';
import { isProgramLine } from '../lines/program.ts';
import { refusal } from '../lines/refusals.ts';
import { type Dialect, streamJson } from '../lines/stream-json.ts';
import { type Troubles, troubleOf, withRetry } from '../lines/troubles.ts';
import { qwenUsage } from './usage.ts';

/** Options of a command that continues a session which may be older than the run. */
const CONTINUES = /^(?:--(?:continue|resume|fork-session)(?:=|$)|-[cr])/;

/** Interprets the lines of `qwen`: its JSON events, and prose. */
export const qwenInterpreter = (spec: Reading, context: LogContext): Interpreter => streamJson(spec, context, QWEN);

/** qwen-code's own words (0.24.4 and 0.15.10). */
const WORDS: Troubles = [
  [/^No saved session found|^(?:Error: )?Session \S{1,80} not found/i, 'session-missing'],
  [/^(?:\w{0,30}Error: ).{0,300}\bE(?:NOSPC|DQUOT|ROFS): (?!System limit)/, 'no-space'],
  [/^Qwen OAuth (?:quota|daily limit)\b/i, 'limit'],
];
/** How a line with one of these words begins if it does not look like a program's line anyway. */
const BEGINNING = /^(?:No saved session found|Session \S{1,80} not found|Qwen OAuth (?:quota|daily limit)\b)/i;
/** qwen-code retries by itself; the refusal follows these words (0.24.4). */
const RETRYING = 'Retrying in ';
const RETRY = /^Retrying in \d{1,8}m?s \(attempt \d{1,4}\/\d{1,4}\): /;

const QWEN: Dialect = {
  usage: ({ command }) => qwenUsage(command.some((word) => CONTINUES.test(word))),
  plain(text, context) {
    const behind = text.startsWith(RETRYING) ? text.replace(RETRY, '') : text;
    if (behind !== text) return withRetry(apiError(behind, context) ?? refusal(behind, context) ?? troubleOf('transient', behind, context));
    const isKnown = isProgramLine(text) || BEGINNING.test(text);
    const trouble = isKnown ? (apiError(text, context) ?? refusal(text, context, WORDS)) : null;
    return trouble === null ? [] : [trouble];
  },
  trouble({ is_error: isError, result = '', errors = [], error, subtype }, context) {
    const refused = apiError(result, context);
    if (refused !== null) return refused;
    // Unless it says so, it is unknown whether the turn went well.
    if (isError === undefined) return 'interrupted';
    if (!isError) return null;
    // 0.24.4 puts the text in `error`, 0.15.10 in `result` or `errors`.
    const said = typeof error === 'string' ? error : fitted(error, { message: 'string' })?.message;
    const text = said ?? errors[0] ?? (result === '' ? `the turn ended with ${subtype}` : result);
    return whatFailed(text, context);
  },
};

const whatFailed = (text: string, context: LogContext): Signal =>
  apiError(text, context) ?? refusal(text, context, WORDS) ?? troubleOf('error', text, context);
