import type { Policy } from '../core/run-spec.ts';
import { policyFrom } from '../settings/policy-from.ts';
import { readSettings } from '../settings/read-settings.ts';
import { SETTINGS, type SettingKey } from '../settings/settings.ts';
import { SettingsError } from './load-settings.ts';
import { EXIT_USAGE, Problem } from './problem.ts';

/** What `--set NAME=VALUE` asks for, of those settings that decide about a run. Throws a Problem. */
export function policyOf(asked: readonly string[]): Partial<Policy> {
  const pairs = asked.map((pair): [string, string] => {
    const [, name = '', value = ''] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
    if (name === '')
      throw new Problem(EXIT_USAGE, '--set can not be used', { expected: 'NAME=VALUE, as DOGWATCH_IDLE=30m', came: JSON.stringify(pair) });
    return [name, value];
  });
  const keys = pairs.map(([name]) => keyOf(name));
  const { settings, problems } = readSettings(Object.fromEntries(pairs));
  if (problems.length > 0) throw new SettingsError(problems);
  return Object.fromEntries(keys.map((key) => [key, settings[key]]));
}

function keyOf(name: string): keyof Policy {
  const decisive = policyFrom(readSettings({}).settings);
  const key = (Object.keys(SETTINGS) as SettingKey[]).find((one) => SETTINGS[one].name === name);
  if (key !== undefined && key in decisive) return key as keyof Policy;
  throw new Problem(EXIT_USAGE, `--set ${name}: ${key === undefined ? 'there is no such setting' : 'it decides nothing about a run'}`, {
    expected: `one of ${Object.keys(decisive)
      .map((one) => SETTINGS[one as SettingKey].name)
      .join(', ')}`,
  });
}
