import { POLICY_ORDER } from '../core/model/policy.ts';
import { truncate } from '../core/values/truncate.ts';
import { nearest } from './nearest.ts';
import type { Setting } from './setting.ts';
import { printSetting, SETTINGS, type SettingKey, type Settings } from './settings.ts';

/**
 * Variables that dogwatch itself sets for the commands that it starts; they are not misspelt
 * settings.
 */
const INTERNAL_NAMES: readonly string[] = ['DOGWATCH_RUN', 'DOGWATCH_RUN_NAME', 'DOGWATCH_ATTEMPT', 'DOGWATCH_PROMPT', 'DOGWATCH_SESSION'];

type Variables = Readonly<Record<string, string | undefined>>;

/** A value that can't be used. */
export interface SettingProblem {
  readonly name: string;
  readonly expected: string;
  readonly got: string;
  readonly hint: string | null;
}

export interface SettingsRead {
  /** Complete: values that can't be used are replaced by their defaults. */
  readonly settings: Settings;
  readonly sources: Readonly<Record<SettingKey, 'default' | 'environment'>>;
  /** All problems at once. While there are any, nothing may start. */
  readonly problems: readonly SettingProblem[];
  /** Variables that look like settings but are not, with the setting that was probably meant. */
  readonly unknown: readonly { readonly name: string; readonly nearest: string | null }[];
}

/** The longest part of a value that is shown: it may be a secret in the wrong variable. */
const MAX_SHOWN_LENGTH = 80;

/**
 * The first may not be more than the second. A default gives way; two explicit values that disagree
 * are a problem.
 */
const ORDERED = [...POLICY_ORDER, ['inodesCritical', 'inodesSoft']] as const satisfies readonly (readonly [SettingKey, SettingKey])[];

const KEYS = Object.keys(SETTINGS) as SettingKey[];
const NAMES = KEYS.map((key) => SETTINGS[key].name);

/**
 * Reads all settings from the variables. An empty variable counts as not set. A default is worked
 * out when it is asked for: most commands need few.
 */
export function readSettings(env: Variables): SettingsRead {
  const problems: SettingProblem[] = [];
  const values: Record<string, unknown> = {};
  const sources: Record<string, 'default' | 'environment'> = {};
  for (const key of KEYS) {
    const { name, type, fallback }: Setting<unknown> = SETTINGS[key];
    const text = env[name] ?? '';
    const isSet = text.trim() !== '';
    const read = !isSet ? null : type.codec.read(text);
    if (read === null && isSet) problems.push({ name, expected: type.expected, got: shown(type.shown?.(text) ?? text), hint: type.hint });
    if (read === null) putLater(values, key, () => fallback(env));
    else put(values, key, read.value);
    sources[key] = read === null ? 'default' : 'environment';
  }
  const read = { settings: values as unknown as Settings, sources: sources as SettingsRead['sources'] };
  const { changes, problems: disagreements } = inOrder(read);
  for (const [key, value] of changes) put(values, key, value);
  return { ...read, problems: [...problems, ...disagreements], unknown: unknownNames(env) };
}

type Values = Record<string, unknown>;

const put = (values: Values, key: SettingKey, value: unknown): unknown =>
  Object.defineProperty(values, key, { value, enumerable: true, configurable: true, writable: true });

function putLater(values: Values, key: SettingKey, make: () => unknown): void {
  const get = () => {
    const value = make();
    put(values, key, value);
    return value;
  };
  Object.defineProperty(values, key, { get, enumerable: true, configurable: true });
}

/** Describes an unknown variable in a line for the operator. */
export const inWords = ({ name, nearest }: SettingsRead['unknown'][number]): string =>
  `${name} is not a setting${nearest === null ? '' : `; did you mean ${nearest}?`}`;

function inOrder({ settings, sources }: Pick<SettingsRead, 'settings' | 'sources'>) {
  const problems: SettingProblem[] = [];
  const changes: (readonly [SettingKey, unknown])[] = [];
  for (const [less, more] of ORDERED) {
    const areDefaults = sources[less] === 'default' && sources[more] === 'default';
    if (areDefaults || settings[less] <= settings[more]) continue;
    if (sources[less] === 'default') changes.push([less, settings[more]]);
    else if (sources[more] === 'default') changes.push([more, settings[less]]);
    else {
      const limit = `${SETTINGS[more].name} (${printSetting(more, settings[more])})`;
      const got = shown(printSetting(less, settings[less]));
      problems.push({ name: SETTINGS[less].name, expected: `at most ${limit}`, got, hint: `lower it or raise ${SETTINGS[more].name}` });
    }
  }
  return { changes, problems };
}

const unknownNames = (env: Variables): SettingsRead['unknown'] =>
  Object.keys(env)
    .filter((name) => /^DOGWATCH_/i.test(name) && !NAMES.some((known) => known === name) && !INTERNAL_NAMES.includes(name))
    .sort()
    .map((name) => ({ name, nearest: nearestSetting(name) }));

function nearestSetting(name: string): string | null {
  const bare = (text: string) => text.slice('DOGWATCH_'.length);
  const near = nearest(bare(name).toUpperCase(), NAMES.map(bare));
  return near === null ? null : `DOGWATCH_${near}`;
}

const shown = (text: string): string => JSON.stringify(truncate(text, MAX_SHOWN_LENGTH));
