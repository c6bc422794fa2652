import type { Argument, Command } from 'commander';
import { TOPICS } from './topics.ts';

/** What `dogwatch --help` says besides its commands: the topics, and how to start. */
export function describeProgram(program: Command): Command {
  return program
    .description('Keeps unattended coding-agent runs going: resumes them when they die, until the job is done or a person is needed.')
    .configureHelp({ subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(term)].join(' ') })
    .addHelpText('after', `\nTopics (dogwatch help TOPIC):\n${topics()}\n\nStart here:\n${START}`);
}

const START = `  dogwatch run -- opencode run --command upgrade-all
  dogwatch demo          see it work in under a minute, without a model
  dogwatch COMMAND --help    what the command does, with an example
`;

const term = (argument: Argument): string => {
  const name = argument.variadic ? `${argument.name()}...` : argument.name();
  return argument.required ? `<${name}>` : `[${name}]`;
};

const topics = (): string =>
  Object.entries(TOPICS)
    .map(([name, about]) => `  ${name.padEnd(12)} ${about}`)
    .join('\n');
