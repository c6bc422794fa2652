import { POLICY_FIELDS, type Policy, type PolicyField } from '../../core/model/policy.ts';
import { readSettings } from '../../settings/read.ts';
import { SETTINGS } from '../../settings/settings.ts';
import { SettingsError } from '../client/load-settings.ts';
import { EXIT_USAGE, Problem } from '../terminal/problem.ts';

/**
 * Parses `--set NAME=VALUE` options. Throws a Problem for a setting that does not affect decisions
 * about a run.
 */
export function policyOf(asked: readonly string[]): Partial<Policy> {
  const pairs = asked.map((pair): [string, string] => {
    const [, name = '', value = ''] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
    if (name === '')
      throw new Problem(EXIT_USAGE, '--set is not valid', { expected: 'NAME=VALUE, such as DOGWATCH_IDLE=30m', got: JSON.stringify(pair) });
    return [name, value];
  });
  const keys = pairs.map(([name]) => keyOf(name));
  const { settings, problems } = readSettings(Object.fromEntries(pairs));
  if (problems.length > 0) throw new SettingsError(problems);
  return Object.fromEntries(keys.map((key) => [key, settings[key]]));
}

function keyOf(name: string): PolicyField {
  const fields = Object.keys(POLICY_FIELDS) as PolicyField[];
  const field = fields.find((one) => SETTINGS[one].name === name);
  if (field !== undefined) return field;
  const isKnown = Object.values(SETTINGS).some((setting) => setting.name === name);
  throw new Problem(
    EXIT_USAGE,
    `--set ${name}: ${isKnown ? 'this setting does not affect decisions about a run' : 'there is no such setting'}`,
    {
      expected: `one of ${fields.map((one) => SETTINGS[one].name).join(', ')}`,
    },
  );
}
