import type { Command } from 'commander';
import { EXIT_TEMPORARY, EXIT_UNAVAILABLE } from '../terminal/problem.ts';

interface Options {
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly trustBuildDates?: boolean;
  readonly yes?: boolean;
}

/** `dogwatch reclaim`: frees space now, by the same rules as the watchdog. */
export function register(program: Command): void {
  program
    .command('reclaim')
    .description('free space now: old logs, Docker build cache and images unused for a week, and whatever else you enabled')
    .option('--dry-run', 'only show what would be removed, and why the rest is kept')
    .option('--json', 'print one JSON object')
    .option('--trust-build-dates', "use an image's build date as the time it was first seen; removes nothing without --yes")
    .option('--yes', 'with --trust-build-dates: remove the images')
    .addHelpText('after', EXAMPLES)
    .action(reclaim);
}

const EXAMPLES = `
Examples:
  dogwatch reclaim --dry-run
  dogwatch reclaim --json | jq .measuredBytes
  DOGWATCH_RECLAIM_MIN_AGE=3d DOGWATCH_RECLAIM_KEEP='postgres:*' dogwatch reclaim

It never removes a volume, a network or a container, nor an image that any
container uses, whatever its state.

Exit status: 0 if everything removable was removed, ${EXIT_UNAVAILABLE} if something could not be
queried or removed, ${EXIT_TEMPORARY} if another reclaim is running.`;

async function reclaim({ dryRun = false, json = false, trustBuildDates = false, yes = false }: Options): Promise<void> {
  const { runReclaim } = await import('./run.ts');
  await runReclaim({ isDry: dryRun || (trustBuildDates && !yes), json, trustBuildDates });
}
