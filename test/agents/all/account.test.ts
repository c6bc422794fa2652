import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Environment } from '../../../src/agents/contract/agent.ts';
import { agentFor } from '../../../src/agents/registry.ts';
import type { AgentName } from '../../../src/core/model/facts.ts';
import { SAMPLES } from './samples.ts';

const HOME = '/home/op';
const accountOf = (agent: AgentName, line: string, environment: Environment = {}) =>
  agentFor(agent).account(line.split(' '), { HOME, ...environment });

describe.each(SAMPLES)('%s', (agent, { command, key, models }) => {
  const of = (environment: Environment = {}) => accountOf(agent, command, environment).account;

  test('each key is its own account; without a key, the file that holds it', () => {
    const one = of({ [key]: 'sk-one-0123456789' });
    expect(one).toMatch(new RegExp(`^${agent}/[\\w.:-]+/[0-9a-f]{12}$`));
    expect(of({ [key]: 'sk-one-0123456789', PWD: '/elsewhere' })).toBe(one);
    expect(of({ [key]: 'sk-two-0123456789' })).not.toBe(one);
    expect(of()).not.toBe(one);
    expect(of()).not.toBe(of({ HOME: '/home/other' }));
  });

  test('it contains no secret', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\w-]{8,60}$/), (secret) => {
        expect(JSON.stringify(accountOf(agent, command, { [key]: secret }))).not.toContain(secret);
      }),
    );
  });

  test('its credentials are in its own directory', () => {
    expect(
      agentFor(agent)
        .credentialFiles(command.split(' '), { HOME })
        .every((path) => path.startsWith(HOME)),
    ).toBe(true);
  });

  test.each(models)('the model of `%s` with %j is %j', (line, environment, model) => {
    expect(accountOf(agent, line, environment).model).toBe(model);
  });
});

test('a custom provider is another account, of which only the host is named', () => {
  const environment = { ANTHROPIC_BASE_URL: 'https://user:secret@proxy.example:8443/v1?key=hidden', ANTHROPIC_API_KEY: 'k' };
  expect(accountOf('claude', 'claude -p x', environment).account).toMatch(/^claude\/proxy\.example:8443\/[0-9a-f]{12}$/);
  expect(accountOf('codex', 'codex exec -c model_provider="azure" x').account).toMatch(/^codex\/azure\//);
});
