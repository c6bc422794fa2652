import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { installSkill, removeSkill } from '../../../src/cli/skill/install.ts';
import { agentsHere, placeOf, SKILLED_AGENTS } from '../../../src/cli/skill/places.ts';
import { isOurs, skillText } from '../../../src/cli/skill/text.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'dogwatch-skill-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const WET = { isDry: false, force: false };
const places = () => SKILLED_AGENTS.map((agent) => placeOf(agent, { HOME: home }));
const changes = (changed: ReturnType<typeof installSkill>) => [...new Set(changed.map(({ change }) => change))];

test('each agent has its place, which its variables move', () => {
  expect(places().map(({ agent, path }) => [agent, path.slice(home.length)])).toEqual([
    ['claude', '/.claude/skills/dogwatch/SKILL.md'],
    ['codex', '/.codex/skills/dogwatch/SKILL.md'],
    ['gemini', '/.gemini/skills/dogwatch/SKILL.md'],
    ['opencode', '/.config/opencode/skills/dogwatch/SKILL.md'],
  ]);
  const moved = { HOME: home, CLAUDE_CONFIG_DIR: '/c', CODEX_HOME: '/x', XDG_CONFIG_HOME: '/o' };
  expect(SKILLED_AGENTS.map((agent) => placeOf(agent, moved).path.split('/')[1])).toEqual(['c', 'x', expect.anything(), 'o']);
  mkdirSync(join(home, '.codex'));
  expect(agentsHere({ HOME: home })).toEqual(['codex']);
});

test('is written, found again unchanged, and removed with its folder', () => {
  expect(changes(installSkill(places(), { ...WET, isDry: true }))).toEqual(['written']);
  expect(existsSync(join(home, '.claude'))).toBe(false);
  expect(changes(installSkill(places(), WET))).toEqual(['written']);
  const [first] = places();
  expect([readFileSync(first?.path ?? '', 'utf8'), statSync(first?.path ?? '').mode & 0o777]).toEqual([skillText(), 0o644]);
  expect(changes(installSkill(places(), WET))).toEqual(['unchanged']);
  expect(changes(removeSkill(places(), { ...WET, isDry: true }))).toEqual(['removed']);
  expect(changes(removeSkill(places(), WET))).toEqual(['removed']);
  expect(places().map(({ path }) => existsSync(dirname(path)))).toEqual([false, false, false, false]);
  expect(changes(removeSkill(places(), WET))).toEqual(['absent']);
});

test('its text is a skill: front matter with a name and a short description, and what to say inside a run', () => {
  const [, front = '', body = ''] = skillText().split(/^---$/m);
  expect(front).toMatch(/^\nname: dogwatch\ndescription: .{20,1000}\n$/);
  for (const word of ['progress', 'done', 'blocked', 'questions', 'reclaim --dry-run']) expect(body).toContain(`dogwatch ${word}`);
  expect(isOurs(skillText())).toBe(true);
});

describe("a person's file", () => {
  test.each<[string, (path: string) => void]>([
    ['of their own', (path) => writeFileSync(path, '# mine\n')],
    ['that was ours and is changed', (path) => writeFileSync(path, skillText().replace('dogwatch', 'Dogwatch'))],
    [
      'that only names dogwatch',
      (path) => writeFileSync(path, `# mine\n\n<!-- Written by \`dogwatch skill\`; to change it, remove this line. 0 -->\n`),
    ],
  ])('%s is neither replaced nor removed, unless it is forced', (_name, write) => {
    const [first, ...others] = places();
    const path = first?.path ?? '';
    mkdirSync(dirname(path), { recursive: true });
    write(path);
    const before = readFileSync(path, 'utf8');
    expect(() => installSkill(places(), WET)).toThrow('is not a file that dogwatch wrote');
    expect(() => removeSkill(places(), WET)).toThrow('is not a file that dogwatch wrote');
    expect([readFileSync(path, 'utf8'), others.map((one) => existsSync(one.path))]).toEqual([before, [false, false, false]]);
    installSkill(places(), { isDry: false, force: true });
    expect(readFileSync(path, 'utf8')).toBe(skillText());
  });

  test('a link is not followed, not even with --force', () => {
    const path = placeOf('claude', { HOME: home }).path;
    mkdirSync(dirname(path), { recursive: true });
    const target = join(home, 'target');
    writeFileSync(target, skillText());
    symlinkSync(target, path);
    expect(() => removeSkill([placeOf('claude', { HOME: home })], { isDry: false, force: true })).toThrow('is not a file');
    expect(existsSync(target)).toBe(true);
  });
});
