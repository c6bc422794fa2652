import type { RunSpec } from '../../core/model/facts.ts';
import { type AgentName, PATTERN_SIGNALS } from '../../core/values/agent-names.ts';
import { errorMessage } from '../../core/values/error-message.ts';
import { EXIT_USAGE, Problem } from '../terminal/problem.ts';
import type { RunOptions } from './options.ts';

/**
 * Returns the regular expression of an option, or null if the option is absent. Throws a Problem if
 * it is not valid.
 */
export function regularExpression(option: string, text: string | undefined): string | null {
  if (text === undefined) return null;
  try {
    new RegExp(text);
    return text;
  } catch (error) {
    throw new Problem(EXIT_USAGE, `${option} is not a regular expression`, { got: errorMessage(error) });
  }
}

type PatternOptions = Pick<RunOptions, 'pattern' | 'sessionPattern' | 'resumeCommand'>;

/**
 * Returns how the lines of a command that dogwatch does not know are interpreted. Throws a Problem
 * for a known agent, which needs no patterns.
 */
export function operatorPatterns(agent: AgentName, options: PatternOptions): Pick<RunSpec, 'patterns' | 'sessionPattern'> {
  const patterns = options.pattern.map(pattern);
  const sessionPattern = session(options);
  if (agent !== 'generic' && (patterns.length > 0 || sessionPattern !== null))
    throw new Problem(EXIT_USAGE, '--pattern and --session-pattern are for commands that dogwatch does not know', {
      expected: 'these options with --agent generic, or neither of them',
      got: `a command of ${agent}, whose lines dogwatch knows (see \`dogwatch classify --agent ${agent}\`)`,
    });
  return { patterns, sessionPattern };
}

function pattern(text: string): RunSpec['patterns'][number] {
  const at = text.indexOf('=');
  const signal = PATTERN_SIGNALS.find((one) => one === text.slice(0, Math.max(0, at)));
  if (signal === undefined)
    throw new Problem(EXIT_USAGE, '--pattern does not name a signal', {
      expected: `SIGNAL=REGEX with one of ${PATTERN_SIGNALS.join(', ')}`,
      got: JSON.stringify(text),
    });
  return { signal, pattern: regularExpression('--pattern', text.slice(at + 1)) ?? '' };
}

function session({ sessionPattern, resumeCommand }: PatternOptions): string | null {
  const text = regularExpression('--session-pattern', sessionPattern);
  if (text === null) return null;
  // With an empty alternative it always matches, which gives the number of groups.
  if ((new RegExp(`${text}|`).exec('')?.length ?? 1) < 2)
    throw new Problem(EXIT_USAGE, '--session-pattern has no group', { expected: 'a group, such as in session: (\\S+)', got: text });
  if (resumeCommand === undefined)
    throw new Problem(EXIT_USAGE, '--session-pattern needs a --resume-command', {
      expected: 'a command that reads the session from DOGWATCH_SESSION',
      got: 'none',
    });
  return text;
}
