import { POLICY_FIELDS, type Policy, type PolicyField } from '../../core/model/policy.ts';
import { nearest } from '../../settings/nearest.ts';
import { readSettings } from '../../settings/read.ts';
import { printSetting, SETTINGS, type SettingKey } from '../../settings/settings.ts';
import { EXIT_USAGE, Problem } from '../terminal/problem.ts';
import { SettingsError } from './load-settings.ts';

export const POLICY_KEYS = Object.keys(POLICY_FIELDS) as readonly PolicyField[];

/**
 * Parses `NAME=VALUE` for settings that decide about a run. Values that are not given are those of
 * `current`, or else the defaults, with which the given ones have to agree. `option` precedes the
 * pairs in error messages. Throws a Problem.
 */
export function policyOf(asked: readonly string[], option: string, current: Policy | null = null): Partial<Policy> {
  const pairs = asked.map((pair): [string, string] => {
    const [, name = '', value = ''] = /^([^=]+)=(.+)$/s.exec(pair) ?? [];
    if (name === '')
      throw new Problem(EXIT_USAGE, `${option}${JSON.stringify(pair)} is not a setting with a value`, {
        expected: 'NAME=VALUE, such as DOGWATCH_IDLE=30m',
      });
    return [name, value];
  });
  const keys = pairs.map(([name]) => keyOf(name, option));
  const { settings, problems } = readSettings({ ...(current === null ? {} : printed(current)), ...Object.fromEntries(pairs) });
  if (problems.length > 0) throw new SettingsError(problems);
  return Object.fromEntries(keys.map((key) => [key, settings[key]]));
}

/** The policy as variables. Fields that an older run lacks are left out. */
const printed = (policy: Policy): Readonly<Record<string, string>> =>
  Object.fromEntries(
    POLICY_KEYS.flatMap((key) => (policy[key] === undefined ? [] : [[SETTINGS[key].name, printSetting(key, policy[key])]])),
  );

function keyOf(name: string, option: string): PolicyField {
  const field = POLICY_KEYS.find((one) => SETTINGS[one].name === name);
  if (field !== undefined) return field;
  const names = POLICY_KEYS.map((one) => SETTINGS[one].name);
  const key = (Object.keys(SETTINGS) as SettingKey[]).find((one) => SETTINGS[one].name === name);
  const near = key === undefined ? nearest(name, names) : null;
  throw new Problem(EXIT_USAGE, `${option}${name}: ${key === undefined ? 'there is no such setting' : WHY_NOT[SETTINGS[key].scope]}`, {
    expected: `one of ${names.join(', ')}`,
    hint: key === undefined ? (near === null ? null : `did you mean ${near}?`) : INSTEAD[SETTINGS[key].scope],
  });
}

const OF_START = 'it applies when a run is registered, and does not affect decisions about one';
const WHY_NOT = {
  run: OF_START,
  both: OF_START,
  host: 'this setting does not affect decisions about a run: it is one of the machine, which the watchdog reads when it starts',
} as const;

const INSTEAD = {
  run: 'set the variable for `dogwatch run`',
  both: 'set the variable for `dogwatch run`',
  host: 'set it in the environment of the watchdog, then `dogwatch watch --replace` (a service: restart it)',
} as const;
