import { expect, test } from 'vitest';
import { plainWords } from '../../../src/agents/command/plain-words.ts';
import { checkRecovery } from '../../../src/cli/doctor/recovery.ts';
import { recoverySpec } from '../../../src/cli/supervise/recovery-spec.ts';

const LIMITS = { timeoutMs: 1000, most: 3 };

test.each<[string, readonly string[] | null]>([
  ['claude -p', ['claude', '-p']],
  ['  /usr/bin/opencode   run -m anthropic/claude ', ['/usr/bin/opencode', 'run', '-m', 'anthropic/claude']],
  [`codex exec -c 'model="o 3"' --sandbox "workspace write"`, ['codex', 'exec', '-c', 'model="o 3"', '--sandbox', 'workspace write']],
  [`a'b c'"d"e`, ['ab cde']],
  ['cd /srv && claude -p', null],
  ['KEY=value claude -p', null],
  ['claude -p "$(cat prompt)"', null],
  ['claude -p ~/x', null],
  ["claude -p 'open", null],
  ['', null],
])('the words of %j', (command, words) => {
  expect(plainWords(command)).toEqual(words);
});

test('a known agent is started in the mode whose lines are read best, and its account is named without its key', () => {
  const spec = recoverySpec('opencode run -m anthropic/claude', LIMITS, { ANTHROPIC_API_KEY: 'sk-very-secret', HOME: '/nowhere' }, 'abcd');
  expect(spec).toMatchObject({ ...LIMITS, agent: 'opencode', model: 'anthropic/claude', credentials: 'absent' });
  expect(spec).toMatchObject({ command: ['opencode', 'run', '--format', 'json', '--title', 'dogwatch-abcd', '-m', 'anthropic/claude'] });
  expect(JSON.stringify(spec)).not.toContain('very-secret');
});

test('a command that needs a shell gets one, and one that needs a terminal is refused', () => {
  expect(recoverySpec('cd / && ./mend', LIMITS, {}, 'abcd')).toMatchObject({
    agent: 'generic',
    command: ['/bin/sh', '-c', 'cd / && ./mend'],
  });
  expect(recoverySpec('opencode', LIMITS, {}, 'abcd')).toEqual({ problem: expect.stringContaining('opencode run') });
});

test.each([
  [undefined, 'ok', 'a person is notified'],
  ['sh -x', 'ok', 'sh -x (generic)'],
  ['opencode', 'fail', 'without a terminal'],
  ['no-such-agent-of-mine -p', 'warn', 'was not found in PATH'],
  ['/nowhere/claude -p', 'fail', 'does not exist'],
])('doctor: command %s is %s', (command, result, said) => {
  const env = { PATH: '/bin:/usr/bin', ...(command === undefined ? {} : { DOGWATCH_RECOVERY_COMMAND: command }) };
  expect(checkRecovery(env)).toMatchObject([{ about: 'recovery', result, said: expect.stringContaining(said) }]);
});
