import { generic } from '../../src/agents/generic/agent.ts';
import { AGENTS } from '../../src/agents/registry.ts';
import { SETTINGS, type SettingKey } from '../../src/settings/settings.ts';
import { units } from '../../src/units/units.ts';

/** The path that the module replaces by its package. */
const PROGRAM = '/@dogwatch@';

const COLUMNS = 100;
/** How Nix checks a value, by what the program expects. */
const KINDS = [
  [/^1 or 0$/, 'flag'],
  [/^a whole number/, 'count'],
  [/^a duration/, 'duration'],
  [/^a size/, 'size'],
  [/^a percentage from/, 'percent'],
  [/^a percentage, a size/, 'mark'],
  [/^an absolute path$/, 'path'],
  [/^image names|^endpoints of Docker/, 'words'],
  [/^commands for \/bin\/sh|^ENDPOINT=COMMAND/, 'commands'],
  [/one or several of/, 'words'],
  [/./, 'text'],
] as const;

/** The kind of a setting, as nix/kinds.nix names it. */
export const kindOf = (key: SettingKey): string => KINDS.find(([expected]) => expected.test(SETTINGS[key].type.expected))?.[1] ?? 'text';

/** The names that `--agent` accepts, as a list. */
export const agentsAsNix = (): string =>
  `# The agents of dogwatch. Made from src/agents/registry.ts by \`npm test -- test/nix -u\`: don't edit.\n[ ${[...AGENTS, generic].map(({ name }) => text(name)).join(' ')} ]\n`;

/** Every setting as an attribute set: kind, scope and meaning. */
export const settingsAsNix = (): string =>
  file(
    "The settings of dogwatch, as in src/settings. Made by `npm test -- test/nix -u`: don't edit.",
    (Object.keys(SETTINGS) as SettingKey[]).map((key) => {
      const { name, scope, meaning } = SETTINGS[key];
      return `  ${name} = {\n    kind = ${text(kindOf(key))};\n    scope = ${text(scope)};\n    meaning = ${text(meaning)};\n  };`;
    }),
  );

const OPTIONS = { manager: 'system', user: 'dogwatch', program: [PROGRAM], stateDir: null } as const;

/** Every unit, with the reasons for its keys, and which keys are the sandbox. */
export function unitsAsNix(): string {
  const free = units({ ...OPTIONS, sandbox: false });
  const all = units({ ...OPTIONS, sandbox: true }).map(({ name, sections }, index) => {
    const before = free[index]?.sections.Service ?? {};
    const confined = Object.keys(sections.Service ?? {}).filter((key) => !(key in before));
    const inner = Object.entries(sections).map(([section, entries]) => {
      const lines = Object.entries(entries).flatMap(([key, { values, comment }]) => [
        ...(comment === null ? [] : wrapped(comment, '      ')),
        `      ${key} = ${values.length === 1 ? text(values[0] ?? '') : `[ ${values.map(text).join(' ')} ]`};`,
      ]);
      return `    ${section} = {\n${lines.join('\n')}\n    };`;
    });
    const keys = confined.length === 0 ? '[ ]' : `[\n${confined.map((key) => `      ${text(key)}\n`).join('')}    ]`;
    return `  ${text(name)} = {\n${inner.join('\n')}\n    # What \`sandbox = false\` leaves out.\n    sandbox = ${keys};\n  };`;
  });
  return file(
    "The units of dogwatch, as in src/units. Made by `npm test -- test/nix -u`: don't edit, override in your configuration.",
    all,
  );
}

const file = (comment: string, lines: readonly string[]): string => `${wrapped(comment).join('\n')}\n{\n${lines.join('\n')}\n}\n`;

/** A comment in lines of at most 100 columns. */
const wrapped = (comment: string, indent = ''): readonly string[] =>
  comment.match(new RegExp(`.{1,${COLUMNS - indent.length - 2}}(?:\\s|$)`, 'g'))?.map((line) => `${indent}# ${line.trimEnd()}`) ?? [];

const text = (value: string): string => `"${value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('${', '\\${')}"`;
