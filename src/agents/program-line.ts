/**
 * How a line in prose begins where an agent's program speaks of itself (Claude Code 2.1.332, codex 0.171.0, gemini-cli 0.61.0, qwen-code
 * 0.24.4): only such a line is read for its meaning, since the model speaks in prose, too.
 */
const PROGRAM_LINE =
  /^(?:(?:API |Fatal |\w{1,30})?Error\b|\[API Error\b|API Error\b|ERROR\b|Attempt \d+ failed|Retrying in |Reconnecting\b|Please (?:run|log|sign|re)|Your (?:[\w-]{1,20} ){0,2}(?:organi[sz]ation|account|workspace|team|plan|subscription|token|session|login|credentials|API key|quota|limit|usage|credits?|balance)\b|You(?:['’]ve| have) (?:hit|reached|exceeded|exhausted|used|run)\b|You(?:['’]re| are) out of\b|(?:[\w/-]{1,20} ){0,3}(?:usage |session )?(?:limit|quota) (?:reached|exceeded|exhausted)\b|(?:OAuth|Access|Refresh|Authentication|Account|Organi[sz]ation|Insufficient|Quota|Login|Session expired|Not logged in|Failed to|Unable to|Credit balance)\b)/i;

export const isProgramLine = (text: string): boolean => PROGRAM_LINE.test(text);
