import type { Command } from 'commander';
import { type RunOptions, withRunOptions } from './options.ts';

/** The main job: start a command and keep it going until it is done. */
export function register(program: Command): void {
  const command = program
    .command('run')
    .description('start a command and keep it going: resumed whenever it dies, until the job is done')
    .argument('<command...>', 'the command and its arguments, after --')
    .passThroughOptions();
  withRunOptions(command).addHelpText('after', EXAMPLES).action(run);
}

const EXAMPLES = `
Examples:
  dogwatch run -- opencode run --command upgrade-all
  dogwatch run --name docs --check "npm test" -- opencode run "Translate the docs. Commit after each page."
  dogwatch run --done-file out/report.pdf -- ./nightly.sh

Without another sign of done the agent says it itself: \`dogwatch done --because "…"\` (the resume prompt tells it so).
Ctrl-C leaves the run running. Exit status: 0 complete, 1 stopped or failed, 3 a person is needed, 130 left running.`;

async function run(argv: string[], options: RunOptions): Promise<void> {
  const [{ loadSettings }, { beginRun }, { tell }] = await Promise.all([
    import('../client/load-settings.ts'),
    import('./begin.ts'),
    import('../terminal/tell.ts'),
  ]);
  await beginRun(argv, options, loadSettings(process.env, tell), { environment: process.env, foreign: null });
}
