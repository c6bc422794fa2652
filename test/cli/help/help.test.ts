import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { register } from '../../../src/cli/help/help.ts';
import { manualOf } from '../../../src/cli/help/manual.ts';
import { TOPICS, topicText } from '../../../src/cli/help/topics.ts';
import { EXIT_USAGE, Problem } from '../../../src/cli/terminal/problem.ts';
import { programFor } from '../../../src/program.ts';
import { runCommand } from '../../kit/run-command.ts';

const NAMES = Object.keys(TOPICS);
const README = readFileSync('README.md', 'utf8');

/** What a command prints with `--help`, in 80 columns. */
function helpOf(command: Command): string {
  let text = '';
  const writeOut = (part: string) => {
    text += part;
  };
  command.configureOutput({ getOutHelpWidth: () => 80, writeOut });
  command.outputHelp();
  return text;
}

/** All commands that are shown, those below others included. */
const visible = (command: Command): Command[] => [
  command,
  ...command
    .createHelp()
    .visibleCommands(command)
    .flatMap((one) => visible(one)),
];

/** Its name, with those above it. */
const full = (command: Command): string => (command.parent === null ? '' : `${full(command.parent)} ${command.name()}`.trim());

describe('the topics', () => {
  test('are exactly the files in src/help', () => {
    expect(globSync('src/help/*.md').map((path) => basename(path, '.md'))).toEqual(expect.arrayContaining(NAMES));
    expect(globSync('src/help/*.md')).toHaveLength(NAMES.length);
  });

  test.each(NAMES)('%s begins with its title, and the README links to it', (name) => {
    expect(topicText(name)).toMatch(/^# \S.*\n/);
    expect(README).toContain(`| [${name}](src/help/${name}.md) | ${TOPICS[name]} |`);
  });

  test.each(NAMES)('%s links only to what exists', (name) => {
    const links = [...topicText(name).matchAll(/\]\(([^)#]+)/g)].map(([, target = '']) => target);
    expect(links.filter((target) => !target.startsWith('https:') && !existsSync(`src/help/${target}`))).toEqual([]);
  });

  test.each(['README.md', ...NAMES.map((name) => `src/help/${name}.md`)])('%s names only commands and options that exist', (path) => {
    const text = readFileSync(path, 'utf8');
    const said = [...text.matchAll(SAID)]
      .filter(({ index }) => isCode(text, index))
      .map(([, words = '']) => words.replaceAll(/'[^']*'|"[^"]*"/g, 'TEXT').split(' -- ')[0] ?? '');
    expect(said.filter((words) => commandOf(words) === undefined)).toEqual([]);
    const wrong = said.flatMap((words) => {
      const command = commandOf(words);
      const known = command === undefined ? [] : command.createHelp().visibleOptions(command);
      const options = words.split(' ').filter((word) => /^--?[a-z]/.test(word));
      return options
        .filter((option) => !known.some((one) => one.long === option || one.short === option))
        .map((option) => `${words}: ${option}`);
    });
    expect(wrong).toEqual([]);
  });
});

/** Whether this position is in a code span or a code block. */
function isCode(text: string, at: number): boolean {
  const before = text.slice(0, at);
  if ((before.match(/^```/gm)?.length ?? 0) % 2 === 1) return true;
  const line = before.slice(before.lastIndexOf('\n') + 1);
  return line.split('`').length % 2 === 0;
}

const program = programFor([]);

/** What follows `dogwatch` at the beginning of code, where it is a command. */
const SAID = /(?<=`|^|^sudo |\* |&& )dogwatch ([a-z][^`\n|#]*)/gm;

/** The command that these words begin with. */
function commandOf(words: string): Command | undefined {
  const [first = '', second = ''] = words.split(' ');
  const all = visible(program);
  return all.find((one) => full(one) === `${first} ${second}`) ?? all.find((one) => full(one) === first);
}

describe('the README', () => {
  const lines = README.trimEnd().split('\n');

  test('has at most 250 lines of at most 120 characters', () => {
    expect(lines.length).toBeLessThanOrEqual(250);
    expect(lines.filter((line) => line.length > 120)).toEqual([]);
  });

  test('links only to what exists', () => {
    const links = [...README.matchAll(/\]\(([^)#]+)/g)].map(([, target = '']) => target);
    expect(links.filter((target) => !target.startsWith('https:') && !existsSync(target))).toEqual([]);
  });
});

describe('dogwatch help', () => {
  const help = (...words: string[]) => runCommand(register, ['help', ...words], {});

  test('prints a topic as text', async () => {
    const { out, thrown } = await help('disk');
    expect(thrown).toBe(null);
    expect(out).toMatch(/^DISKS, AND FREEING SPACE\n/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left.
    expect(out).not.toMatch(/\u001b|\*\*/);
  });

  test('shows the help of a command', async () => {
    expect((await help('help')).out).toContain('Usage: dogwatch help');
  });

  test.each([
    ['diks', 'did you mean disk?'],
    ['nothing-like-it', '`dogwatch help` lists all topics and commands'],
  ])('%s is unknown', async (name, hint) => {
    const { thrown } = await help(name);
    expect(thrown).toBeInstanceOf(Problem);
    expect(thrown).toMatchObject({ exitCode: EXIT_USAGE, explanation: { hint } });
  });
});

describe('--help', () => {
  test('of the program has each command once, each topic, and fits 80 columns', () => {
    const [listed = '', text = ''] = helpOf(program).split(/(?=^Topics )/m);
    const commands = program.createHelp().visibleCommands(program);
    for (const command of commands) expect(listed.match(new RegExp(`^  ${command.name()}(?: |$)`, 'gm')), command.name()).toHaveLength(1);
    for (const name of NAMES) expect(text).toMatch(new RegExp(`^  ${name} +${TOPICS[name]}$`, 'm'));
    expect(`${listed}${text}`.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(listed).not.toMatch(/^Commands:/m);
  });

  const commands = visible(program).filter((command) => command !== program && command.commands.length === 0);
  test.each(commands.map((command) => [full(command), command] as const))('of %s has an example, and fits 80 columns', (_, command) => {
    const text = helpOf(command);
    expect(text).toMatch(/^Examples?(?:, [^\n]+)?:\n {2}\S/m);
    // A command that is longer stays on its line, so that it can be copied.
    expect(text.split('\n').filter((line) => line.length > 80 && !line.startsWith('  '))).toEqual([]);
  });
});

test('the manual has every command, every setting and every topic, and no links', () => {
  const manual = manualOf(program);
  for (const command of program.createHelp().visibleCommands(program)) expect(manual).toContain(`### dogwatch ${command.name()}`);
  for (const name of NAMES) expect(manual).toContain(`## ${name.toUpperCase()}: `);
  expect(manual).toContain('* `DOGWATCH_IDLE` (run, `15m`): ');
  expect(manual).not.toMatch(/\.md\)/);
});
