import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { STATES } from '../../src/core/model/states.ts';
import { DEFAULT_PROMPT } from '../../src/settings/render-prompt.ts';
import { printSetting, SETTINGS, type SettingKey } from '../../src/settings/settings.ts';

const topic = (name: string): string => readFileSync(new URL(`../../src/help/${name}.md`, import.meta.url), 'utf8');

test('the help has the current table of settings', () => {
  const rows = (Object.keys(SETTINGS) as SettingKey[]).map((key) => {
    const { name, scope, fallback, meaning } = SETTINGS[key];
    const shown =
      {
        stateDir: '`~/.local/state/dogwatch`',
        fleetCredentials: '`fleet/credentials.json` in the state directory',
        resumePrompt: 'see below',
      }[key as string] ?? `\`${printSetting(key, fallback({}))}\``;
    return `| \`${name}\` | ${scope} | ${shown} | ${meaning} |`;
  });
  const written = topic('settings').split('<!-- settings -->\n')[1]?.split('\n<!-- /settings -->')[0];
  // As lists: what differs is shown alone, as it has to be.
  expect(written?.split('\n')).toEqual(['| variable | of | default | meaning |', '|---|---|---|---|', ...rows]);
});

test('the help has the current resume prompt', () => {
  expect(topic('settings')).toContain(`\`\`\`text\n${DEFAULT_PROMPT}\n\`\`\``);
});

test('the help has every state', () => {
  for (const state of Object.keys(STATES)) expect(topic('runs')).toContain(`| \`${state}\` |`);
});
