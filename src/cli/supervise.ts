import type { Command } from 'commander';

export interface SuperviseOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** The hourly gate: one look at all runs, and the cheapest thing that helps those that nobody cares for. */
export function register(program: Command): void {
  program
    .command('supervise')
    .description('the hourly gate: starts a watchdog where none is at work, leaves alone what goes on, has mended what was handed off')
    .option('--dry-run', 'only say what would be done')
    .option('--json', 'as one JSON object')
    .addHelpText(
      'after',
      `
Example, in a crontab:
  0 * * * * dogwatch supervise >>"$HOME/dogwatch-supervise.log" 2>&1

A line for each run: \`nothing\` (over, paused, or it goes on), \`defer\` (the watchdog has it in hand), \`start-watchdog\`, \`recover\`
(it was handed off). It calls no model for this. DOGWATCH_SUPERVISE=0 switches it off.
`,
    )
    .action(supervise);
}

async function supervise(options: SuperviseOptions): Promise<void> {
  const [{ loadSettings }, { layout }, { superviseRuns }, { forAPerson }, { tell }, { quietOnBrokenPipe }] = await Promise.all([
    import('./load-settings.ts'),
    import('../store/layout.ts'),
    import('./supervise-runs.ts'),
    import('./for-a-person.ts'),
    import('./tell.ts'),
    import('./terminal.ts'),
  ]);
  quietOnBrokenPipe();
  const settings = loadSettings(process.env, tell);
  await superviseRuns(layout(settings.stateDir), settings, options, forAPerson);
}
