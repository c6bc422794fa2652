import { type Command, InvalidArgumentError } from 'commander';
import { jsonText } from '../terminal/json.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/** `dogwatch completion`: completion of commands, options and runs for a shell. */
export function register(program: Command): void {
  program
    .command('completion')
    .description('print the completion of commands, options and runs for a shell')
    .argument('<shell>', SHELLS.join(', '), shellOf)
    .addHelpText('after', EXAMPLES)
    .action(async (shell: Shell) => {
      const { SCRIPTS } = await import('./scripts.ts');
      process.stdout.write(SCRIPTS[shell]);
    });
  program
    .command('complete', { hidden: true })
    .argument('[word...]')
    .addHelpText('after', '\nExample:\n  dogwatch complete -- explain up\n')
    .action(async (words: string[]) => {
      const { complete } = await import('./complete.ts');
      await complete(program, words);
    });
}

function shellOf(name: string): Shell {
  const shell = SHELLS.find((one) => one === name);
  if (shell === undefined) throw new InvalidArgumentError(`expected ${SHELLS.join(', ')}, got ${jsonText(name)}.`);
  return shell;
}

const EXAMPLES = `
Examples:
  eval "$(dogwatch completion bash)"            in ~/.bashrc
  source <(dogwatch completion zsh)             in ~/.zshrc, after compinit
  dogwatch completion fish >~/.config/fish/completions/dogwatch.fish
`;
