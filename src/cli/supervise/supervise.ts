import type { Command } from 'commander';
import type { SuperviseOptions } from './runs.ts';

/**
 * `dogwatch supervise`, the hourly gate: judges all runs once, and takes the cheapest remedy for
 * those that no watchdog looks after.
 */
export function register(program: Command): void {
  program
    .command('supervise')
    .description('the hourly gate: start a watchdog if none is running and a recovery agent for handed-off runs; leave the rest alone')
    .option('--dry-run', 'only show what would be done')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Example, in a crontab:
  0 * * * * dogwatch supervise >>"$HOME/dogwatch-supervise.log" 2>&1

Prints one line per run with a verdict:
  nothing         the run is over, paused or making progress
  defer           the watchdog is handling it
  start-watchdog  no watchdog is running: one is started
  recover         it was handed off: the agent of DOGWATCH_RECOVERY_COMMAND is
                  started, without waiting for it
  escalate        that agent cannot be started: a person is notified why

It calls no model itself. DOGWATCH_SUPERVISE=0 switches it off.
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
  // Load the module that imports all agents only if a recovery agent is needed.
  await superviseRuns(where, settings, options, {
    recover: async (run) => (await import('./recover.ts')).recoverRun(run, where, settings),
    whyNot: async (run) => (await import('./recover.ts')).whyNoRecovery(run, where, settings),
  });
}
