import type { Command } from 'commander';
import { EXIT_TEMPORARY, EXIT_UNAVAILABLE } from '../terminal/problem.ts';

interface Options {
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly trustBuildDates?: boolean;
  readonly yes?: boolean;
}

/** `dogwatch reclaim`: frees space now, by the rules by which the watchdog does. */
export function register(program: Command): void {
  program
    .command('reclaim')
    .description('free space now: old logs, build cache and images of Docker that nobody used for a week, and what else you switched on')
    .option('--dry-run', 'only show what would go, and why the rest stays')
    .option('--json', 'as one JSON object')
    .option('--trust-build-dates', 'let the date of its build stand for the first sight of an image; only shows, without --yes')
    .option('--yes', 'with --trust-build-dates: do it')
    .addHelpText('after', EXAMPLES)
    .action(reclaim);
}

const EXAMPLES = `
Examples:
  dogwatch reclaim --dry-run
  dogwatch reclaim --json | jq .measuredBytes
  DOGWATCH_RECLAIM_MIN_AGE=3d DOGWATCH_RECLAIM_KEEP='postgres:*' dogwatch reclaim

It never removes a volume, a network or a container, and no image that a container has, in whatever state.
Exit status 0: all went that may go; ${EXIT_UNAVAILABLE}: something could not be asked or removed; ${EXIT_TEMPORARY}: another one is at it.`;

async function reclaim({ dryRun = false, json = false, trustBuildDates = false, yes = false }: Options): Promise<void> {
  const { runReclaim } = await import('./run.ts');
  await runReclaim({ isDry: dryRun || (trustBuildDates && !yes), json, trustBuildDates });
}
