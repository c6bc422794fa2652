/**
 * How a line of prose begins if an agent's program wrote it (Claude Code 2.1.332, codex 0.171.0,
 * gemini-cli 0.61.0, qwen-code 0.24.4). Only such lines are interpreted, because the model writes
 * prose, too.
 */
const BEGINNINGS =
  /^(?:(?:API |Fatal )?Error\b|\[API Error\b|Attempt \d+ failed|Retrying in |Suggested retry |Reconnecting\b|Please (?:run|log|sign|re)|You(?:['’]ve| have) (?:hit|reached|exceeded|exhausted|used|run)\b|You(?:['’]re| are) out of\b|(?:OAuth|Access|Refresh|Authentication|Account|Organi[sz]ation|Insufficient|Quota|Login|Session expired|Not logged in|Failed to|Unable to|Credit balance)\b)/i;
const NAMED_ERROR = /^\w{1,30}Error\b/;
const YOURS =
  /^Your (?:[\w-]{1,20} ){0,2}(?:organi[sz]ation|account|workspace|team|plan|subscription|token|session|login|credentials|API key|quota|limit|usage|credits?|balance)\b/i;
const LIMIT = /^(?:[\w/-]{1,30} ){0,3}(?:limit|quota) (?:reached|exceeded|exhausted)\b/i;

// The cheap checks come first: most lines are a tool's.
export const isProgramLine = (text: string): boolean =>
  BEGINNINGS.test(text) ||
  (text.startsWith('Your ') && YOURS.test(text)) ||
  (text.includes('Error') && NAMED_ERROR.test(text)) ||
  (mayNameLimit(text) && LIMIT.test(text));

const [L, Q] = [0x6c, 0x71];
const MAX_BEFORE = 3 * 31;

/**
 * Whether one of the first four words begins like `limit` or `quota`: otherwise LIMIT cannot match.
 */
function mayNameLimit(text: string): boolean {
  let at = 0;
  for (let words = 0; words < 4; words++) {
    const letter = text.charCodeAt(at) | 0x20;
    if (letter === L || letter === Q) return true;
    at = text.indexOf(' ', at) + 1;
    if (at === 0 || at > MAX_BEFORE) return false;
  }
  return false;
}
