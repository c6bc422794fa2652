import { RootCommand, ShellCompDirective } from '@bomb.sh/tab';
import type { Command, Option } from 'commander';
import { STATES } from '../../core/model/states.ts';
import { sanitizeForTerminal } from '../../system/text/sanitize.ts';
import { TOPICS } from '../help/topics.ts';
import type { Candidate } from './candidate.ts';
import { hostsToComplete } from './hosts.ts';
import { runsToComplete } from './runs.ts';

const { ShellCompDirectiveNoFileComp: NoFileComp, ShellCompDirectiveNoSpace: NoSpace } = ShellCompDirective;

/** Prints what the last of these words can become. Never throws, and says nothing on stderr. */
export async function complete(program: Command, words: readonly string[]): Promise<void> {
  // The schema of settings is slow to load.
  const settings = words.some((word) => /^(?:--)?set$/.test(word)) ? (await import('./settings.ts')).settingsOfRuns() : [];
  let wantsFiles = false;
  let isPrefix = false;
  const add = (fill: () => readonly Candidate[]) => (offer: (value: string, description: string) => void) => {
    for (const [value, description] of fill()) offer(sanitizeForTerminal(value), sanitizeForTerminal(description));
  };
  const files = add(() => {
    wantsFiles = true;
    return [];
  });
  const handlerOf = (name: string, choices: readonly string[] | undefined) => {
    if (choices !== undefined) return add(() => choices.map((choice) => [choice, '']));
    if (FILES.test(name)) return files;
    if (name === 'name=value')
      return add(() => {
        isPrefix = true;
        return settings;
      });
    if (name === 'hosts') return add(() => hostsToComplete(words.at(-1) ?? '', process.env));
    const values = VALUES[name.replace(/s$/, '')];
    return add(values === undefined ? () => [] : () => values(program));
  };

  const root = new RootCommand();
  const describe = (command: Command, name: string): void => {
    const node = name === '' ? root : root.command(name, command.description());
    for (const option of command.createHelp().visibleOptions(command)) {
      const long = option.long?.slice(2) ?? option.flags;
      const short = option.short?.slice(1);
      if (option.required || option.optional) node.option(long, option.description, handlerOf(valueName(option), option.argChoices), short);
      else node.option(long, option.description, short);
    }
    for (const argument of command.registeredArguments)
      node.argument(argument.name(), handlerOf(argument.name(), argument.argChoices), argument.variadic);
    for (const below of command.createHelp().visibleCommands(command)) describe(below, `${name} ${below.name()}`.trim());
  };
  describe(program, '');
  // What follows belongs to the agent's command.
  if (words.slice(0, -1).includes('--')) wantsFiles = true;
  else root.parse([...words]);
  // The last number counts.
  if (wantsFiles) process.stdout.write(`:${ShellCompDirective.ShellCompDirectiveDefault}\n`);
  else if (isPrefix) process.stdout.write(`:${NoFileComp | NoSpace}\n`);
}

/** The name of an option's value: `path` of `--log <path>`. */
const valueName = (option: Option): string => /[<[]([\w=-]+)/.exec(option.flags)?.[1] ?? '';

/** Names of values that are files, or commands. */
const FILES = /^(?:file|path|directory|command)$/;

const VALUES: Readonly<Record<string, (program: Command) => readonly Candidate[]>> = {
  run: () => runsToComplete(process.env),
  topic: (program) => [
    ...Object.entries(TOPICS),
    ...program
      .createHelp()
      .visibleCommands(program)
      .filter((command) => !Object.hasOwn(TOPICS, command.name()))
      .map((command): Candidate => [command.name(), command.description()]),
  ],
  state: () => Object.keys(STATES).map((state) => [state, '']),
  shell: () => ['bash', 'zsh', 'fish'].map((shell) => [shell, '']),
};
