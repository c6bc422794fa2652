import type { Command } from 'commander';
import { EXIT_USAGE, Problem } from '../terminal/problem.ts';

interface Options {
  readonly olderThan?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `dogwatch prune`: removes all runs that are over. */
export function register(program: Command): void {
  program
    .command('prune')
    .description('remove all runs that are over, or have been for some time')
    .option('--older-than <duration>', 'only those that ended this long ago or earlier, such as 12h or 30d')
    .option('--dry-run', 'only list what would be removed')
    .option('--yes', 'do not ask')
    .option('--json', 'print one JSON object per run')
    .addHelpText('after', EXAMPLES)
    .action(prune);
}

const EXAMPLES = `
Examples:
  dogwatch prune --older-than 30d --dry-run
  dogwatch prune --older-than 30d --yes

Removes what \`dogwatch rm\` removes, of complete, stopped and failed runs,
earlier ones of each name too.
`;

async function prune({ olderThan, yes = false, dryRun = false, json = false }: Options): Promise<void> {
  const [{ prunableRuns }, { removeRuns }, { openLayout }, { withReader }, { parseDuration }, { tell }] = await Promise.all([
    import('./removable.ts'),
    import('./removal.ts'),
    import('../client/state-layout.ts'),
    import('../../store/with-reader.ts'),
    import('../../settings/duration.ts'),
    import('../terminal/tell.ts'),
  ]);
  const olderThanMs = olderThan === undefined ? 0 : parseDuration(olderThan);
  if (olderThanMs === null)
    throw new Problem(EXIT_USAGE, '--older-than is not a duration', {
      expected: 'a whole number with a unit, such as 90m, 12h or 30d',
      got: JSON.stringify(olderThan),
    });
  const layout = openLayout();
  const runs = withReader(layout, (reader) => prunableRuns(reader, olderThanMs, Date.now()));
  if (runs.length === 0) return tell('there is no run to remove');
  await removeRuns(layout, runs, { yes, dryRun, json });
}
