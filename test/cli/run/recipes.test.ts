import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { generic } from '../../../src/agents/generic/agent.ts';
import { operatorPatterns } from '../../../src/cli/run/pattern-options.ts';
import { READING } from '../../kit/reading.ts';

/** What the recipes of `help agents` set, by the program that they start. */
const RECIPES = Object.fromEntries(
  readFileSync(new URL('../../../src/help/agents.md', import.meta.url), 'utf8')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.startsWith('dogwatch run ') && line.includes('--resume-command'))
    .map((line) => {
      const words = wordsOf(line);
      const begin = words.indexOf('--');
      const options = words.slice(0, begin);
      const values = (name: string) => options.flatMap((word, index) => (options[index - 1] === `--${name}` ? word : []));
      const [sessionPattern, resumeCommand] = [values('session-pattern')[0], values('resume-command')[0]];
      const given = { pattern: values('pattern'), ...(sessionPattern && { sessionPattern }), ...(resumeCommand && { resumeCommand }) };
      return [words[begin + 1] ?? '', operatorPatterns('generic', given)];
    }),
);

/** As a shell reads a line without backslashes: quotes keep words together. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));
}

const read = (program: string, lines: readonly string[]) =>
  generic
    .interpreter(
      { ...READING, ...RECIPES[program] },
      { atWall: () => Date.parse('2026-11-30T12:00:00Z'), zone: 'UTC', session: () => null },
    )
    .read(lines)
    .map((signal) => (signal.kind === 'session' ? `session ${signal.id}` : signal.kind === 'turn' ? `turn ${signal.well}` : signal.kind));

test('the recipes are found, and accepted as options', () => {
  expect(Object.keys(RECIPES).sort()).toEqual(['cn', 'goose', 'kimi']);
});

const SESSION = 'session_7db68c99-93cf-48c0-96b9-60c9391b18c8';
const BEGINS = '{"role":"meta","type":"system.version","version":"2.1.0"}';
const HINT = `{"role":"meta","type":"session.resume_hint","session_id":"${SESSION}","command":"kimi -r ${SESSION}","content":"To resume this session: kimi -r ${SESSION}"}`;
const RETRYING =
  '{"role":"meta","type":"turn.step.retrying","failed_attempt":1,"next_attempt":2,"max_attempts":10,"delay_ms":1000,"error_name":"APIProviderRateLimitError","error_message":"429 The usage limit has been reached","status_code":429}';

/** What the programs printed: Kimi Code 2.1.0 and Continue 1.5.47, on a scripted model. */
describe('what the recipes make of real lines', () => {
  test.each<[program: string, what: string, lines: readonly string[], expected: readonly string[]]>([
    ['kimi', 'a turn', [BEGINS, '{"role":"assistant","content":"One is written."}', HINT], [`session ${SESSION}`, 'turn true']],
    ['kimi', 'a turn that is killed in a tool', [BEGINS], []],
    [
      'kimi',
      'a tool',
      [
        '{"role":"assistant","tool_calls":[{"type":"function","id":"call_31xwm51my8l","function":{"name":"Bash","arguments":"{\\"command\\":\\"echo 1 > one.txt\\"}"}}]}',
        '{"role":"tool","tool_call_id":"call_31xwm51my8l","content":"Command executed successfully."}',
      ],
      [],
    ],
    ['kimi', 'a refused key', [BEGINS, 'error: failed to run prompt: provider.auth_error: 401 Incorrect API key provided'], ['auth']],
    [
      'kimi',
      'a spent limit',
      [BEGINS, RETRYING, RETRYING, 'error: failed to run prompt: provider.rate_limit: 429 The usage limit has been reached'],
      ['limit'],
    ],
    ['kimi', 'a passing rate limit', ['error: failed to run prompt: provider.rate_limit: 429 Too Many Requests'], ['transient']],
    ['kimi', 'an unknown session', ['error: failed to run prompt: Session "nonexistent" not found.'], ['session-missing']],
    [
      'kimi',
      'a model that talks about all of it',
      [
        '{"role":"assistant","content":"error: provider.auth_error, provider.rate_limit, usage limit, \\"session.resume_hint\\", \\"session_id\\":\\"session_1\\""}',
      ],
      [],
    ],
    ['cn', 'an answer', ['One is written.'], []],
    ['cn', 'a refused key', ['{"status":"error","message":"401 Incorrect API key provided"}'], ['auth']],
    ['cn', 'a busy provider', ['{"status":"error","message":"429 Too Many Requests"}'], ['transient']],
    ['cn', 'a model that talks about it', ['It printed {"status":"error","message":"401 Incorrect API key provided"}.'], []],
    ['goose', 'the words of its documentation', ['session: 20261130_1', 'Session ended'], ['session 20261130_1', 'turn true']],
  ])('%s: %s', (program, _what, lines, expected) => {
    expect(read(program, lines)).toEqual(expected);
  });
});
