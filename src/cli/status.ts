import type { Command } from 'commander';

/** `dogwatch status`: all runs at a glance, or one. */
export function register(program: Command): void {
  program
    .command('status')
    .description('all runs at a glance: state, attempts, budget, and why')
    .argument('[run]', 'only this one')
    .option('--all', 'with those that ended more than a day ago')
    .option('--json', 'as one JSON object, always with all runs')
    .addHelpText(
      'after',
      '\nExamples:\n  dogwatch status\n  dogwatch status --json | jq -r \'.runs[] | select(.state == "escalated") | .name\'\n',
    )
    .action(status);
}

async function status(name: string | undefined, { all = false, json = false }: { all?: boolean; json?: boolean }): Promise<void> {
  const [{ openLayout }, { reportStatus }, { printStatus }] = await Promise.all([
    import('./state.ts'),
    import('./status-report.ts'),
    import('./status-table.ts'),
  ]);
  const report = await reportStatus(openLayout(), name ?? null);
  if (report.stale)
    process.stderr.write('dogwatch: the database can not be read (is the disk full?); this is the last picture that was kept\n');
  if (json) process.stdout.write(`${JSON.stringify({ runs: report.runs, host: report.host }, null, 2)}\n`);
  else printStatus(report, all || name !== undefined);
}
