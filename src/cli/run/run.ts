import type { Command } from 'commander';
import { type RunOptions, withRunOptions } from './options.ts';

/** `dogwatch run`: starts a command and keeps it going until it is done. */
export function register(program: Command): void {
  const command = program
    .command('run')
    .description('start a command and keep it going: resume it whenever it dies, until the job is done')
    .argument('<command...>', 'the command and its arguments, after --')
    .passThroughOptions();
  withRunOptions(command).addHelpText('after', EXAMPLES).action(run);
}

const EXAMPLES = `
Examples:
  dogwatch run -- opencode run --command upgrade-all
  dogwatch run --name docs --check "npm test" -- opencode run "Translate the docs. Commit after each page."
  dogwatch run --done-file out/report.pdf -- ./nightly.sh

Without an option that defines done, the agent reports it: \`dogwatch done
--because "…"\` (the resume prompt tells it to). Ctrl-C leaves the run running.

Exit status: 0 if complete, 1 if stopped or failed, 3 if a person is needed, 130
if left running.`;

async function run(argv: string[], options: RunOptions): Promise<void> {
  const [{ loadSettings }, { beginRun }, { tell }] = await Promise.all([
    import('../client/load-settings.ts'),
    import('./begin.ts'),
    import('../terminal/tell.ts'),
  ]);
  await beginRun(argv, options, loadSettings(process.env, tell), { environment: process.env, foreign: null });
}
