import { expect, test } from 'vitest';
import { agentFor } from '../../../src/agents/registry.ts';
import { renewed } from '../../../src/agents/session/renewed.ts';
import { AGENT_NAMES } from '../../../src/core/values/agent-names.ts';
import { SAMPLES } from './samples.ts';

const COMMANDS = new Map<string, readonly string[]>([
  ['generic', ['./upgrade.sh', 'everything']],
  ...SAMPLES.map(([name, { command }]) => [name, command.split(' ')] as const),
]);

test.each(AGENT_NAMES)('%s: a command prepared once is renewed as if it were prepared anew', (name) => {
  const argv = COMMANDS.get(name) ?? [];
  const prepared = (unique: string) => {
    const done = agentFor(name).prepare(argv, unique, false);
    if ('problem' in done) throw new Error(done.problem);
    return done.command;
  };
  expect(argv).not.toEqual([]);
  expect(renewed(prepared('0123456789abcdef'), '0123456789abcdef', 'fedcba9876543210')).toEqual(prepared('fedcba9876543210'));
});

test('what the operator named stays', () => {
  const argv = ['claude', '-p', 'x', '--session-id', '0f0e0d0c-0b0a-4908-8706-050403020100', 'dogwatch-0123'];
  expect(renewed(argv, '0123456789abcdef', 'fedcba9876543210')).toEqual(argv);
});
