import { describe, expect, test } from 'vitest';
import { operatorPatterns } from '../../../src/cli/run/pattern-options.ts';
import { Problem } from '../../../src/cli/terminal/problem.ts';

const RESUME = { resumeCommand: './agent --resume "$DOGWATCH_SESSION"' };

test('accepts signal patterns and a session pattern', () => {
  expect(
    operatorPatterns('generic', { pattern: ['limit=quota (spent|gone)', 'turn==done='], sessionPattern: 'id: (\\S+)', ...RESUME }),
  ).toEqual({
    patterns: [
      { signal: 'limit', pattern: 'quota (spent|gone)' },
      { signal: 'turn', pattern: '=done=' },
    ],
    sessionPattern: 'id: (\\S+)',
  });
  expect(operatorPatterns('claude', { pattern: [] })).toEqual({ patterns: [], sessionPattern: null });
});

describe('refuses, and says what was expected', () => {
  test.each([
    ['an unknown signal', 'generic', { pattern: ['done=x'] }, 'SIGNAL=REGEX with one of limit, transient'],
    ['no signal', 'generic', { pattern: ['limit'] }, '"limit"'],
    ['an invalid regular expression', 'generic', { pattern: ['limit=('] }, 'Unterminated group'],
    ['a session without a group', 'generic', { pattern: [], sessionPattern: 'id: \\S+', ...RESUME }, '--session-pattern has no group'],
    [
      'a session that nobody resumes',
      'generic',
      { pattern: [], sessionPattern: 'id: (\\S+)' },
      '--session-pattern needs a --resume-command',
    ],
    ['an agent whose lines are known', 'claude', { pattern: ['limit=x'] }, 'a command of claude'],
  ] as const)('%s', (_what, agent, options, words) => {
    const refuse = () => operatorPatterns(agent, options);
    expect(refuse).toThrow(Problem);
    try {
      refuse();
    } catch (error) {
      expect(JSON.stringify([(error as Problem).message, error])).toContain(JSON.stringify(words).slice(1, -1));
      expect((error as Problem).exitCode).toBe(64);
    }
  });
});
