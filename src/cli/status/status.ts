import type { Command } from 'commander';
import type { Layout } from '../../store/directory/layout.ts';
import { jsonText } from '../terminal/json.ts';
import { endsWithItsOutput } from '../terminal/output.ts';

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
      `
Examples:
  dogwatch status
  dogwatch status --json | jq -r '.runs[] | select(.state == "escalated") | .name'

ATTEMPT is the number of the present or last one, RESUMES how many of the resumes that may bring no progress are used,
ACTIVE when the run last did something, NEXT when it is resumed. \`dogwatch explain RUN\` says more.
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
  const { report, keptAt } = await reportStatus(layout, name ?? null);
  if (keptAt !== null)
    process.stderr.write(
      `dogwatch: the database cannot be read, the disk is full or read-only; this is what the watchdog kept at ${keptAt}\n`,
    );
  const { isReadOnlyState, readOnlyInWords } = await import('../../store/directory/read-only-state.ts');
  if (isReadOnlyState(layout)) process.stderr.write(`dogwatch: ${readOnlyInWords(layout)}\n`);
  if (json) process.stdout.write(`${jsonText(report, 2)}\n`);
  else if (report.runs.length + report.unreadable.length === 0) process.stdout.write(await nothingIn(layout));
  else printStatus(report, all || name !== undefined);
}

/**
 * Who looks into the wrong directory starts a job a second time: it is named, with what is odd
 * about it.
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
