import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { agentFor, recognise } from '../../../src/agents/registry.ts';
import { uuidFrom } from '../../../src/agents/session/uuid-from.ts';
import type { AgentName } from '../../../src/core/model/facts.ts';
import { specWith } from '../../kit/core/world.ts';

const words = (line: string): string[] => line.split(' ');
const ID = uuidFrom('u1');
const S = '3f1c2a1e-8f2c-4d55-9d5e-0f9f4f0f3a11';

describe('which agent a command is', () => {
  test.each([
    ['opencode run x', 'opencode'],
    ['/usr/local/bin/opencode run x', 'opencode'],
    ['npx -y opencode-ai@1.18.33 run x', 'opencode'],
    ['env A=b HOME=/root opencode run x', 'opencode'],
    ['nice -n 10 opencode run x', 'opencode'],
    ['claude -p x', 'claude'],
    ['/opt/claude-code/bin/claude.exe -p x', 'claude'],
    ['npx @anthropic-ai/claude-code@2.1.330 -p x', 'claude'],
    ['timeout 3h claude -p x', 'claude'],
    ['IS_SANDBOX=1 claude -p x', 'claude'],
    ['codex exec x', 'codex'],
    ['npx -y @openai/codex exec x', 'codex'],
    ['node /usr/lib/node_modules/@openai/codex/bin/codex.js exec x', 'codex'],
    ['gemini -p x', 'gemini'],
    ['npx @google/gemini-cli@0.61.0 -p x', 'gemini'],
    ['node --max-old-space-size=4096 /usr/bin/gemini -p x', 'gemini'],
    ['qwen -y x', 'qwen'],
    ['npx @qwen-code/qwen-code x', 'qwen'],
    ['node /usr/lib/node_modules/@qwen-code/qwen-code/cli.js x', 'qwen'],
    ['taskset -c 0 opencode run x', 'opencode'],
    ['npx -p opencode-ai opencode run x', 'opencode'],
    ['wrap opencode run x', 'opencode'],
    ['wrap opencode', 'generic'],
    ['sh -c opencode', 'generic'],
    ['make claude', 'generic'],
    ['./opencode.sh run', 'generic'],
    ['vim codex', 'generic'],
    ['cat gemini.md', 'generic'],
  ])('%s: %s', (line, agent) => {
    expect(recognise(words(line))).toBe(agent);
  });
});

describe('the command as it is started', () => {
  test.each<[AgentName, string, string]>([
    ['claude', 'claude -p x', `claude --output-format stream-json --verbose --session-id ${ID} -p x`],
    ['claude', `claude -p --session-id ${S} x`, `claude --output-format stream-json --verbose -p --session-id ${S} x`],
    ['claude', 'claude -p x --output-format text', `claude --session-id ${ID} -p x --output-format text`],
    ['claude', 'claude -p x --output-format=stream-json', `claude --verbose --session-id ${ID} -p x --output-format=stream-json`],
    ['claude', `claude -r ${S} -p x`, `claude --output-format stream-json --verbose -r ${S} -p x`],
    ['claude', 'claude -c -p x', 'claude --output-format stream-json --verbose -c -p x'],
    ['claude', './my-claude.sh -p x', `./my-claude.sh --output-format stream-json --verbose --session-id ${ID} -p x`],
    ['claude', 'claude -p --effort high', `claude --output-format stream-json --verbose --session-id ${ID} -p --effort high`],
    ['claude', 'claude -p --new-flag y x', `claude --output-format stream-json --verbose --session-id ${ID} -p --new-flag y x`],
    ['claude', 'claude -p -w feat x', `claude --output-format stream-json --verbose --session-id ${ID} -p -w feat x`],
    ['qwen', 'qwen -y --safe-mode x', `qwen --output-format stream-json --session-id ${ID} -y --safe-mode x`],
    ['qwen', `qwen --resume ${S} --fork-session x`, `qwen --output-format stream-json --resume ${S} --fork-session x`],
    ['codex', 'codex exec review --uncommitted', 'codex exec --json review --uncommitted'],
    ['codex', 'codex exec x', 'codex exec --json x'],
    ['codex', 'codex -m o3 exec --json x', 'codex -m o3 exec --json x'],
    ['codex', `codex exec resume ${S} x`, `codex exec --json resume ${S} x`],
    ['gemini', 'gemini -m g -y -p x', `gemini --output-format stream-json --session-id ${ID} -m g -y -p x`],
    ['gemini', 'gemini -r latest -o json -p x', 'gemini -r latest -o json -p x'],
    ['qwen', 'qwen -y x', `qwen --output-format stream-json --session-id ${ID} -y x`],
    ['qwen', 'qwen -c -y x', 'qwen --output-format stream-json -c -y x'],
  ])('%s: %s', (agent, line, expected) => {
    expect(agentFor(agent).prepare(words(line), 'u1')).toEqual({ command: words(expected) });
  });

  test.each<[AgentName, string]>([
    ['claude', 'claude'],
    ['claude', 'claude mcp list'],
    ['claude', 'claude -p --bg x'],
    ['claude', 'claude -p --no-session-persistence x'],
    ['codex', 'codex'],
    ['codex', 'codex resume --last'],
    ['codex', 'codex exec --ephemeral x'],
    ['codex', 'codex exec --worktree x'],
    ['codex', 'codex exec --remote host:1 x'],
    ['codex', 'codex exec --new-flag x'],
    ['codex', 'codex exec resume 3f1c2a1e-8f2c-4d55-9d5e-0f9f4f0f3a11 --new-flag x'],
    ['claude', 'claude -p --new-flag x'],
    ['claude', 'claude -p x -w'],
    ['opencode', 'opencode run --new-flag x'],
    ['gemini', 'gemini --new-flag x'],
    ['qwen', 'qwen -y --new-flag x'],
    ['gemini', 'gemini -i x'],
    ['qwen', 'qwen --acp'],
  ])('%s: %s is refused', (agent, line) => {
    expect(agentFor(agent).prepare(words(line), 'u1')).toEqual({ problem: expect.stringMatching(/\S/) });
  });
});

describe('the command as it is resumed', () => {
  test.each<[AgentName, string, string]>([
    [
      'claude',
      `claude --output-format stream-json --verbose --session-id ${ID} -p x`,
      `claude --output-format stream-json --verbose -p --resume ${S}`,
    ],
    [
      'claude',
      'claude -p --model opus --allowedTools Bash Edit --effort high x',
      `claude -p --model opus --allowedTools Bash Edit --effort high --resume ${S}`,
    ],
    ['claude', 'claude -pc x', `claude -p --resume ${S}`],
    ['claude', 'claude -c --fork-session -p -- -x --model', `claude -p --resume ${S}`],
    ['claude', 'npx -y @anthropic-ai/claude-code -p x', `npx -y @anthropic-ai/claude-code -p --resume ${S}`],
    ['codex', 'codex exec --json -s workspace-write -C sub x', `codex exec --json -s workspace-write -C sub resume ${S} -`],
    ['codex', 'codex -c a=b exec -i a.png b.png -m o3 x', `codex -c a=b exec -m o3 resume ${S} -`],
    ['codex', `codex exec --json resume --last --skip-git-repo-check x`, `codex exec --json --skip-git-repo-check resume ${S} -`],
    ['codex', 'codex exec --json review --base main --title t', `codex exec --json resume ${S} -`],
    ['qwen', `qwen --resume ${ID} --fork-session -y --safe-mode x`, `qwen -y --safe-mode --resume ${S}`],
    ['claude', `taskset -c 0 claude --session-id ${ID} -p x`, `taskset -c 0 claude -p --resume ${S}`],
    ['gemini', `gemini --session-id ${ID} -m g -y -o stream-json -p x`, `gemini -m g -y -o stream-json --resume ${S}`],
    ['gemini', 'gemini -ym g -p x', `gemini -y -m g --resume ${S}`],
    ['qwen', `qwen --session-id ${ID} -y x`, `qwen -y --resume ${S}`],
    ['qwen', 'qwen --openai-base-url http://127.0.0.1:1/v1 -p x', `qwen --openai-base-url http://127.0.0.1:1/v1 --resume ${S}`],
  ])('%s: %s', (agent, line, expected) => {
    const plan = agentFor(agent).resume(specWith({ command: words(line) }), S, 'go on\nplease');
    expect(plan).toEqual({ argv: words(expected), stdin: 'go on\nplease' });
  });

  test.each<[AgentName, string, string]>([
    ['claude', `claude --verbose --session-id ${ID} -p x y`, 'claude --verbose -p x y'],
    ['claude', `claude -r ${S} -p --model opus -- -x`, 'claude -p --model opus -- -x'],
    ['codex', 'codex exec --json -i a.png -m o3 x', 'codex exec --json -i a.png -m o3 -- x'],
    ['codex', `codex exec --json resume ${S} x`, 'codex exec --json -- x'],
    ['codex', 'codex exec --json resume --last', 'codex exec --json -'],
    ['codex', 'codex exec --json review --uncommitted', 'codex exec --json review --uncommitted'],
    ['gemini', `gemini --session-id ${ID} -y -p x`, 'gemini -y -p x'],
    ['qwen', `qwen --session-id ${ID} -y x`, 'qwen -y x'],
  ])('%s in a fresh session: %s', (agent, line, expected) => {
    const plan = agentFor(agent).fresh(specWith({ command: words(line) }), 'so far');
    // A review takes no prompt.
    expect(plan).toEqual({ argv: words(expected), stdin: line.includes(' review ') ? null : 'so far' });
  });

  test.each(['claude', 'codex', 'gemini', 'qwen'] as const)(
    '%s in a fresh session: the task that came on stdin goes before the digest',
    (agent) => {
      const spec = specWith({ command: agent === 'codex' ? ['codex', 'exec'] : [agent], prompt: 'upgrade everything' });
      expect(agentFor(agent).fresh(spec, 'so far').stdin).toBe('upgrade everything\nso far');
    },
  );

  test('a session is a UUID, the same for the same run', () => {
    expect(ID).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(uuidFrom('u1')).toBe(ID);
    expect(uuidFrom('u2')).not.toBe(ID);
  });
});

test.each([
  ['claude -p --new-flag x', 'claude'],
  ['codex exec --new-flag x', 'codex'],
  ['qwen --new-flag x', 'qwen'],
] as const)('%s: with the task on standard input its value is no task', (line, agent) => {
  expect(agentFor(agent).prepare(words(line), 'u1', true)).toHaveProperty('command');
});

const NOWHERE = { environment: { CODEX_HOME: '/nonexistent' }, cwd: '/nonexistent' };

test.each([
  ['codex -c shell_environment_policy.inherit=core exec --json x', true],
  ['codex exec --json -c shell_environment_policy.inherit="none" x', true],
  ['codex exec --json -c model=o3 x', false],
  ['/bin/sh -c x', false],
])('%s: the mark is set for its tools: %s', (line, isSet) => {
  const argv = agentFor('codex').carries?.(words(line), { DOGWATCH_ATTEMPT: 'a.1/1/t' }, NOWHERE) ?? [];
  expect(argv.includes('shell_environment_policy.set.DOGWATCH_ATTEMPT="a.1/1/t"')).toBe(isSet);
  expect(argv.filter((word) => !word.includes('.set.')).slice(-1)).toEqual(words(line).slice(-1));
});

describe("codex's own configuration", () => {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-codex-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const [home, work] = [join(directory, 'home'), join(directory, 'work')];
  const of = (line: string) => {
    const place = { environment: { CODEX_HOME: home }, cwd: work };
    const argv = agentFor('codex').carries?.(words(line), { DOGWATCH_RUN: 'a' }, place) ?? [];
    return {
      isSet: argv.includes('shell_environment_policy.set.DOGWATCH_RUN="a"'),
      says: agentFor('codex').toolsEnvironment?.(words(line), place),
    };
  };

  test.each([
    ['home/config.toml', '[shell_environment_policy]\ninherit = "core"', null],
    ['home/config.toml', 'shell_environment_policy.inherit = "none"', null],
    ['home/config.toml', '[profiles.tight.shell_environment_policy]\nexclude = ["*"]', null],
    ['home/tight.config.toml', '[ shell_environment_policy ]\ninclude_only = ["PATH"]', 'filtered'],
    ['home/config.toml', 'shell_environment_policy = { include_only = ["PATH", "DOGWATCH_*"] }', null],
    ['home/config.toml', '[shell_environment_policy]\nfilters = [{ include = "PATH" }]', 'filtered'],
    ['work/.codex/config.toml', '[shell_environment_policy]\ninherit = "core"', null],
    ['elsewhere/.codex/config.toml', '[shell_environment_policy]\ninherit = "core"', null],
  ] as const)('%s: %s', (path, text, doubt) => {
    mkdirSync(join(directory, path, '..'), { recursive: true });
    writeFileSync(join(directory, path), `model = "o3"\n${text}\n`);
    onTestFinished(() => rmSync(join(directory, path)));
    expect(of('codex exec -C ../elsewhere --json x')).toEqual({
      isSet: !path.startsWith('work'),
      says: path.startsWith('work') ? [] : [{ path: join(directory, path), doubt }],
    });
    expect(of('codex exec --json x').isSet).toBe(!path.startsWith('elsewhere'));
  });

  test.each([
    ['another table', '[tui]\ntheme = "x"', false],
    ['a comment', '# shell_environment_policy.inherit = "core"', false],
  ])('%s takes nothing away', (_, text, isSet) => {
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'config.toml'), text);
    onTestFinished(() => rmSync(join(home, 'config.toml')));
    expect(of('codex exec --json x')).toEqual({ isSet, says: [] });
  });

  test('what can not be read may take it away', () => {
    mkdirSync(join(home, 'config.toml'), { recursive: true });
    onTestFinished(() => rmSync(join(home, 'config.toml'), { recursive: true }));
    expect(of('codex exec --json x')).toEqual({ isSet: true, says: [{ path: join(home, 'config.toml'), doubt: 'unreadable' }] });
  });
});

test.each([
  ['claude', 'claude -p', true],
  ['claude', 'claude -p x', false],
  ['codex', 'codex exec resume 3f1c2a1e-8f2c-4d55-9d5e-0f9f4f0f3a11 -', true],
  ['codex', 'codex exec review --uncommitted', false],
  ['gemini', 'gemini -y', true],
  ['gemini', 'gemini -y -p x', false],
  ['opencode', 'opencode run', true],
  ['opencode', 'opencode run --command x', false],
] as const)('%s: `%s` has its task from elsewhere: %s', (agent, line, lacks) => {
  expect(agentFor(agent).lacksTask?.(words(line))).toBe(lacks);
});
