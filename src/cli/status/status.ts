import type { Command } from 'commander';
import type { Layout } from '../../store/directory/layout.ts';
import { jsonText } from '../terminal/json.ts';
import { endsWithItsOutput } from '../terminal/output.ts';

/** `dogwatch status`: shows all runs at a glance, or one. */
export function register(program: Command): void {
  program
    .command('status')
    .description('show all runs at a glance: state, attempts, budget and reason')
    .argument('[run]', 'show only this run')
    .option('--all', 'include runs that ended more than a day ago')
    .option('--json', 'print one JSON object, which always includes all runs')
    .addHelpText(
      'after',
      `
Examples:
  dogwatch status
  dogwatch status --json | jq -r '.runs[] | select(.state == "escalated") | .name'

ATTEMPT is the number of the current or last attempt, RESUMES how many of the
allowed resumes without progress are used, ACTIVE when the run last did
something, NEXT when it is resumed. For details: \`dogwatch explain RUN\`.
`,
    )
    .action(status);
}

async function status(name: string | undefined, { all = false, json = false }: { all?: boolean; json?: boolean }): Promise<void> {
  const [{ openLayout }, { reportStatus }, { printStatus }] = await Promise.all([
    import('../client/state-layout.ts'),
    import('./report.ts'),
    import('./table.ts'),
  ]);
  endsWithItsOutput();
  const layout = openLayout();
  const report = await reportStatus(layout, name ?? null);
  if (report.keptAt !== null)
    process.stderr.write(
      `dogwatch: the database cannot be read because the disk is full or read-only; this is the watchdog's snapshot of ${report.keptAt}\n`,
    );
  const { isReadOnlyState, readOnlyInWords } = await import('../../store/directory/read-only-state.ts');
  if (isReadOnlyState(layout)) process.stderr.write(`dogwatch: ${readOnlyInWords(layout)}\n`);
  if (json) process.stdout.write(`${jsonText(report, 2)}\n`);
  else if (report.runs.length + report.unreadable.length === 0) process.stdout.write(await nothingIn(layout));
  else printStatus(report, all || name !== undefined);
}

/**
 * Names the directory and what is unusual about it: a person who looks in the wrong one might start
 * a job twice.
 */
async function nothingIn(layout: Layout): Promise<string> {
  const [{ oddityOf, serviceElsewhere }, { sanitizeForTerminal }] = await Promise.all([
    import('./state-place.ts'),
    import('../../system/text/sanitize.ts'),
  ]);
  const odd = oddityOf(layout);
  const service = serviceElsewhere(layout);
  const where = sanitizeForTerminal(`No runs in ${layout.stateDir}${odd === null ? '' : `, ${odd}`}. Start one:  dogwatch run -- COMMAND…`);
  if (service === null) return `${where}\n`;
  return `${where}\n${sanitizeForTerminal(`The service keeps its runs in ${service}:  DOGWATCH_STATE_DIR=${service} dogwatch status`)}\n`;
}
