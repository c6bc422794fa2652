import type { Command } from 'commander';

interface Options {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `dogwatch rm`: removes runs that are over, with all that is kept of them. */
export function register(program: Command): void {
  program
    .command('rm')
    .description('remove runs that are over, with their history, their logs and their captured keys')
    .argument('<run...>', 'names of runs (all of that name), ids, or patterns such as "upgrade-*"')
    .option('--dry-run', 'only list what would be removed')
    .option('--yes', 'do not ask')
    .option('--json', 'print one JSON object per run')
    .addHelpText('after', EXAMPLES)
    .action(rm);
}

const EXAMPLES = `
Examples:
  dogwatch rm upgrade
  dogwatch rm upgrade.3 "docs-*" --yes

A run that is not over is refused, and then nothing is removed: \`dogwatch stop\`
ends it. What the run has written elsewhere stays, and so does what it cost in
the sums of its day. Removed numbers are never used again.
`;

async function rm(names: readonly string[], { yes = false, dryRun = false, json = false }: Options): Promise<void> {
  const [{ removableRuns }, { removeRuns }, { openLayout }, { withReader }] = await Promise.all([
    import('./removable.ts'),
    import('./removal.ts'),
    import('../client/state-layout.ts'),
    import('../../store/with-reader.ts'),
  ]);
  const layout = openLayout();
  const runs = withReader(layout, (reader) => removableRuns(reader, names));
  await removeRuns(layout, runs, { yes, dryRun, json });
}
