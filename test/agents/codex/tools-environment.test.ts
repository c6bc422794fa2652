import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { codex } from '../../../src/agents/codex/agent.ts';

const words = (line: string): string[] => line.split(' ');
const NOWHERE = { environment: { CODEX_HOME: '/nonexistent' }, cwd: '/nonexistent' };

test.each([
  ['codex -c shell_environment_policy.inherit=core exec --json x', true],
  ['codex exec --json -c shell_environment_policy.inherit="none" x', true],
  ['codex exec --json -c model=o3 x', false],
  ['/bin/sh -c x', false],
])('%s: the mark is set for its tools: %s', (line, isSet) => {
  const argv = codex.carries?.(words(line), { DOGWATCH_ATTEMPT: 'a.1/1/t' }, NOWHERE) ?? [];
  expect(argv.includes('shell_environment_policy.set.DOGWATCH_ATTEMPT="a.1/1/t"')).toBe(isSet);
  expect(argv.filter((word) => !word.includes('.set.')).slice(-1)).toEqual(words(line).slice(-1));
});

describe("codex's own configuration", () => {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-codex-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const [home, work] = [join(directory, 'home'), join(directory, 'work')];
  const of = (line: string) => {
    const place = { environment: { CODEX_HOME: home }, cwd: work };
    const argv = codex.carries?.(words(line), { DOGWATCH_RUN: 'a' }, place) ?? [];
    return {
      isSet: argv.includes('shell_environment_policy.set.DOGWATCH_RUN="a"'),
      says: codex.toolsEnvironment?.(words(line), place),
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
  ])('%s removes nothing', (_, text, isSet) => {
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'config.toml'), text);
    onTestFinished(() => rmSync(join(home, 'config.toml')));
    expect(of('codex exec --json x')).toEqual({ isSet, says: [] });
  });

  test('an unreadable file may remove it', () => {
    mkdirSync(join(home, 'config.toml'), { recursive: true });
    onTestFinished(() => rmSync(join(home, 'config.toml'), { recursive: true }));
    expect(of('codex exec --json x')).toEqual({ isSet: true, says: [{ path: join(home, 'config.toml'), doubt: 'unreadable' }] });
  });
});
