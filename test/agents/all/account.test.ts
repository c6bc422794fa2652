import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agentFor } from '../../../src/agents/registry.ts';
import type { AgentName } from '../../../src/core/model/facts.ts';

const HOME = '/home/op';
const COMMANDS: Readonly<Record<AgentName, readonly string[]>> = {
  opencode: ['opencode', 'run', '-m', 'anthropic/claude-opus', 'x'],
  claude: ['claude', '-p', 'x'],
  codex: ['codex', 'exec', 'x'],
  gemini: ['gemini', '-p', 'x'],
  qwen: ['qwen', 'x'],
  generic: ['/opt/loop.sh'],
};
const KEYS: Readonly<Partial<Record<AgentName, string>>> = {
  opencode: 'ANTHROPIC_API_KEY',
  claude: 'ANTHROPIC_API_KEY',
  codex: 'CODEX_API_KEY',
  gemini: 'GEMINI_API_KEY',
  qwen: 'OPENAI_API_KEY',
};
const of = (agent: AgentName, environment: Record<string, string> = {}, command = COMMANDS[agent]) =>
  agentFor(agent).account(command, { HOME, ...environment });

describe.each(Object.entries(KEYS) as [AgentName, string][])('%s', (agent, key) => {
  test('one key, one account; another key, another one; no key: the file that holds it', () => {
    const one = of(agent, { [key]: 'sk-one-0123456789' }).account;
    expect(one).toMatch(new RegExp(`^${agent}/[\\w.:-]+/[0-9a-f]{12}$`));
    expect(of(agent, { [key]: 'sk-one-0123456789', PWD: '/elsewhere' }).account).toBe(one);
    expect(of(agent, { [key]: 'sk-two-0123456789' }).account).not.toBe(one);
    expect(of(agent).account).not.toBe(one);
    expect(of(agent).account).not.toBe(of(agent, { HOME: '/home/other' }).account);
  });

  test('no secret is in it', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\w-]{8,60}$/), (secret) => {
        expect(JSON.stringify(of(agent, { [key]: secret }))).not.toContain(secret);
      }),
    );
  });

  test('its credentials lie in its own directory', () => {
    expect(
      agentFor(agent)
        .credentialFiles(COMMANDS[agent], { HOME })
        .every((path) => path.startsWith(HOME)),
    ).toBe(true);
  });
});

test.each<[AgentName, readonly string[], Record<string, string>, string | null]>([
  ['claude', ['claude', '--model', 'opus', '-p', 'x'], {}, 'opus'],
  ['claude', ['claude', '-p', 'x'], { ANTHROPIC_MODEL: 'sonnet' }, 'sonnet'],
  ['claude', ['claude', '-p', 'x'], {}, null],
  ['codex', ['codex', 'exec', '-m', 'gpt-5', 'x'], {}, 'gpt-5'],
  ['codex', ['codex', 'exec', '-c', 'model="o3"', 'x'], {}, 'o3'],
  ['gemini', ['gemini', '-m', 'gemini-2.5-pro', '-p', 'x'], {}, 'gemini-2.5-pro'],
  ['qwen', ['qwen', 'x'], { OPENAI_MODEL: 'qwen3' }, 'qwen3'],
  ['opencode', ['opencode', 'run', 'x'], { OPENCODE_CONFIG_CONTENT: '{"model":"zai/glm-5.2"}' }, 'zai/glm-5.2'],
  ['opencode', ['opencode', 'run', 'x'], { OPENCODE_CONFIG_CONTENT: '{' }, null],
])('the model of %s in %j with %j', (agent, command, environment, expected) => {
  expect(of(agent, environment, command).model).toBe(expected);
});

test('a provider of its own is another account: only its host is named', () => {
  const proxied = of('claude', { ANTHROPIC_BASE_URL: 'https://user:secret@proxy.example:8443/v1?key=hidden', ANTHROPIC_API_KEY: 'k' });
  expect(proxied.account).toMatch(/^claude\/proxy\.example:8443\/[0-9a-f]{12}$/);
  expect(of('codex', {}, ['codex', 'exec', '-c', 'model_provider="azure"', 'x']).account).toMatch(/^codex\/azure\//);
});
