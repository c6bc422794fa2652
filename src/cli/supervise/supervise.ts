import type { Command } from 'commander';

export interface SuperviseOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/**
 * The hourly gate: one look at all runs, and the cheapest thing that helps those that nobody cares
 * for.
 */
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
(it was handed off: the agent of DOGWATCH_RECOVERY_COMMAND is started, which nobody waits for), \`escalate\` (that agent can't be started: a person
is told why). It calls no model itself. DOGWATCH_SUPERVISE=0 switches it off.
`,
    )
    .action(supervise);
}

async function supervise(options: SuperviseOptions): Promise<void> {
  const [{ loadSettings }, { layout }, { superviseRuns }, { tell }] = await Promise.all([
    import('../client/load-settings.ts'),
    import('../../store/directory/layout.ts'),
    import('./runs.ts'),
    import('../terminal/tell.ts'),
  ]);
  const settings = loadSettings(process.env, tell);
  const where = layout(settings.stateDir);
  // What knows all agents is loaded only by a gate that needs one.
  await superviseRuns(where, settings, options, {
    recover: async (run) => (await import('./recover.ts')).recoverRun(run, where, settings),
    whyNot: async (run) => (await import('./recover.ts')).whyNoRecovery(run, where, settings),
  });
}
