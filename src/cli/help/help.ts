import type { Command } from 'commander';
import { endsWithItsOutput } from '../terminal/output.ts';
import { EXIT_USAGE, Problem } from '../terminal/problem.ts';

/** `dogwatch help`: explains a topic or a command. */
export function register(program: Command): void {
  program
    .command('help')
    .description('explain a topic, or show the help of a command; without either, list both')
    .argument('[topic...]', 'name of a topic or a command')
    .option('--manual', 'print the whole manual as Markdown, as in `man dogwatch`')
    .option('--schema', 'print the JSON schema of what --json prints')
    .addHelpText('after', '\nExamples:\n  dogwatch help disk\n  dogwatch help run\n')
    .action(async (words: string[], { manual = false, schema = false }: { manual?: boolean; schema?: boolean }) => {
      endsWithItsOutput();
      if (manual) {
        const { manualOf } = await import('./manual.ts');
        process.stdout.write(manualOf(program));
      } else if (schema) process.stdout.write((await import('./schema.ts')).schemaText());
      else if (words.length === 0) program.outputHelp();
      else await explain(program, words);
    });
}

async function explain(program: Command, words: readonly string[]): Promise<void> {
  const [{ TOPICS, topicText }, { showHelp }] = await Promise.all([import('./topics.ts'), import('./show.ts')]);
  const [word = ''] = words;
  const command = commandOf(program, words);
  if (words.length === 1 && Object.hasOwn(TOPICS, word)) {
    const also = command === null ? '' : `\nThe options of the command: \`dogwatch ${word} --help\`.\n`;
    return showHelp(`${topicText(word)}${also}`);
  }
  if (command !== null) return command.outputHelp();
  throw await unknown(program, words.join(' '), Object.keys(TOPICS));
}

function commandOf(program: Command, words: readonly string[]): Command | null {
  let found: Command | null = program;
  for (const word of words) found = found?.commands.find((one) => one.name() === word) ?? null;
  return found;
}

async function unknown(program: Command, name: string, topics: readonly string[]): Promise<Problem> {
  const { nearestOf } = await import('../terminal/nearest.ts');
  const commands = program.createHelp().visibleCommands(program);
  const near = nearestOf(name, [...new Set([...topics, ...commands.map((one) => one.name())])]);
  return new Problem(EXIT_USAGE, `there is no help on ${JSON.stringify(name)}`, {
    expected: `one of ${topics.join(', ')}; or a command`,
    got: null,
    hint: near.length > 0 ? `did you mean ${near.join(' or ')}?` : '`dogwatch help` lists all topics and commands',
  });
}
