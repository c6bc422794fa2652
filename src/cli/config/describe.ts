import { truncate } from '../../core/values/truncate.ts';
import { inWords, type SettingsRead } from '../../settings/read.ts';
import type { Scope } from '../../settings/setting.ts';
import { printSetting, SETTINGS, type SettingKey } from '../../settings/settings.ts';
import { sanitizeForTerminal } from '../../system/text/sanitize.ts';
import { table } from '../terminal/table.ts';

/** What `dogwatch config --json` prints. */
export interface Config {
  readonly settings: readonly {
    readonly name: string;
    readonly value: string;
    readonly source: 'default' | 'environment';
    readonly scope: Scope;
    readonly meaning: string;
  }[];
  readonly problems: SettingsRead['problems'];
  readonly unknown: SettingsRead['unknown'];
}

/** Every setting as the operator would write it; an invalid value is replaced by the default. */
export const describeConfig = (
  { settings, sources, problems, unknown }: SettingsRead,
  hidden: (text: string) => string = (text) => text,
): Config => ({
  settings: (Object.keys(SETTINGS) as SettingKey[]).map((key) => {
    const { name, scope, meaning } = SETTINGS[key];
    return { name, value: hidden(printSetting(key, settings[key])), source: sources[key], scope, meaning };
  }),
  problems,
  unknown,
});

/** Renders the settings as a table, followed by the unknown names. */
export function renderConfig({ settings, unknown }: Config): string {
  const rows = settings.map(({ name, value, source, meaning }) => [name, oneLine(value), source, meaning]);
  const warnings = unknown.length > 0 ? ['', ...unknown.map(inWords)] : [];
  return `${[...table(rows, undefined), ...warnings].join('\n')}\n`;
}

const MAX_VALUE_WIDTH = 60;

/** Shortens a long value, such as a prompt, to one line; `--json` prints it in full. */
export function oneLine(text: string): string {
  const flat = sanitizeForTerminal(text).replace(/\s+/g, ' ');
  return truncate(flat, MAX_VALUE_WIDTH);
}
