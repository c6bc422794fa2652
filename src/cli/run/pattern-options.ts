import type { RunSpec } from '../../core/model/facts.ts';
import { type AgentName, PATTERN_SIGNALS } from '../../core/values/agent-names.ts';
import { errorMessage } from '../../core/values/error-message.ts';
import { EXIT_USAGE, Problem } from '../terminal/problem.ts';
import type { RunOptions } from './options.ts';

/**
 * A regular expression that an option holds; null: it was not given. Throws a Problem where it is
 * none.
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
 * What the operator says of the lines of a command that dogwatch does not know; of those that it
 * knows nobody has to.
 */
export function operatorPatterns(agent: AgentName, options: PatternOptions): Pick<RunSpec, 'patterns' | 'sessionPattern'> {
  const patterns = options.pattern.map(pattern);
  const sessionPattern = session(options);
  if (agent !== 'generic' && (patterns.length > 0 || sessionPattern !== null))
    throw new Problem(EXIT_USAGE, '--pattern and --session-pattern are for commands that dogwatch does not know', {
      expected: '--agent generic with them, or none of them',
      got: `a command of ${agent}, whose lines are known (\`dogwatch classify --agent ${agent}\` shows how)`,
    });
  return { patterns, sessionPattern };
}

function pattern(text: string): RunSpec['patterns'][number] {
  const at = text.indexOf('=');
  const signal = PATTERN_SIGNALS.find((one) => one === text.slice(0, Math.max(0, at)));
  if (signal === undefined)
    throw new Problem(EXIT_USAGE, '--pattern does not say what it stands for', {
      expected: `SIGNAL=REGEX with one of ${PATTERN_SIGNALS.join(', ')}`,
      got: JSON.stringify(text),
    });
  return { signal, pattern: regularExpression('--pattern', text.slice(at + 1)) ?? '' };
}

function session({ sessionPattern, resumeCommand }: PatternOptions): string | null {
  const text = regularExpression('--session-pattern', sessionPattern);
  if (text === null) return null;
  // An alternative that matches nothing counts the groups.
  if ((new RegExp(`${text}|`).exec('')?.length ?? 1) < 2)
    throw new Problem(EXIT_USAGE, '--session-pattern has no group', { expected: 'one like session: (\\S+)', got: text });
  if (resumeCommand === undefined)
    throw new Problem(EXIT_USAGE, '--session-pattern needs a --resume-command', {
      expected: 'one that finds the session in DOGWATCH_SESSION',
      got: 'none',
    });
  return text;
}
